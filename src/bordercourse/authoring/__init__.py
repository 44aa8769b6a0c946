"""What only a contributor uses: lessons run and saved with their outputs, invented tables made again."""
