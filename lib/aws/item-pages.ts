export type Item = Record<string, unknown>;

/** Every item of a Query or a Scan, page by page. @param fetchPage takes the key that the last page ended with */
export async function* itemsOfPages(
  fetchPage: (start: Item | undefined) => Promise<{ Items?: Item[]; LastEvaluatedKey?: Item }>,
): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const { Items, LastEvaluatedKey } = await fetchPage(start);
    yield* Items ?? [];
    start = LastEvaluatedKey;
  } while (start !== undefined);
}
