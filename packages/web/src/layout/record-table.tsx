// A table of records that turns into a list of cards on a narrow screen: each cell then carries its heading.
import { Table, type TableTrProps } from '@mantine/core'
import { Children, createContext, type ReactNode, useContext } from 'react'

const Headings = createContext<readonly string[]>([])

export function RecordTable(props: { label: string; headings: readonly string[]; children: ReactNode }) {
  return (
    <Headings value={props.headings}>
      <Table className="records" aria-label={props.label} verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            {props.headings.map((heading) => (
              <Table.Th key={heading} scope="col">
                {heading}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{props.children}</Table.Tbody>
      </Table>
    </Headings>
  )
}

/** @param props.children one per heading, in the same order */
export function RecordRow(props: TableTrProps & { children: ReactNode }) {
  const headings = useContext(Headings)
  const { children, ...rest } = props
  return (
    <Table.Tr {...rest}>
      {Children.map(children, (child, index) => (
        <Table.Td data-heading={headings[index]} data-empty={child === null || undefined}>
          {child}
        </Table.Td>
      ))}
    </Table.Tr>
  )
}
