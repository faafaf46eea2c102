/**
 * Work that is done in any order, and told of in one.
 *
 * @module
 */

/** What one piece of work may do about its place in the order. */
export interface Turn {
  /** Comes when all before it are told of. */
  readonly come: Promise<void>;
  /** Says something now, if its turn has come, or else when it comes. */
  say(text: string): void;
}

/** How many things are worked on. */
export interface TurnOptions<Result> {
  /** How many at once; those that wait for their turn count. */
  readonly atOnce: number;
  /** Says what the work says. */
  readonly say: (text: string) => void;
  /** Told of every result, in order. */
  readonly onResult: (result: Result) => void;
}

/** Works on items, several at once, and tells of them in their order. */
export async function workInTurns<Item, Result>(
  items: readonly Item[],
  options: TurnOptions<Result> & { work: (item: Item, turn: Turn) => Promise<Result> },
): Promise<void> {
  const { atOnce, say, onResult, work } = options;
  const turns = items.map(() => Promise.withResolvers<void>());
  turns[0]?.resolve();
  let next = 0;
  const workOnSome = async () => {
    while (next < items.length) {
      const index = next++;
      const { promise: come } = turns[index]!;
      const result = await work(items[index]!, holdBack(come, say));
      await come;
      onResult(result);
      turns[index + 1]?.resolve();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, workOnSome));
}

function holdBack(come: Promise<void>, say: (text: string) => void): Turn {
  const held: string[] = [];
  let hasCome = false;
  void come.then(() => {
    hasCome = true;
    held.forEach(say);
  });
  return { come, say: (text) => hasCome ? say(text) : void held.push(text) };
}
