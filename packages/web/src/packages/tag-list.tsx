// The tags of a package, side by side.
import { Badge, Group } from '@mantine/core'

export function TagList({ tags = [] }: { tags: readonly string[] | undefined }) {
  if (tags.length === 0) return null
  return (
    <Group gap={4} data-testid="tags">
      {tags.map((tag) => (
        <Badge key={tag} variant="light" color="gray" tt="none">
          {tag}
        </Badge>
      ))}
    </Group>
  )
}
