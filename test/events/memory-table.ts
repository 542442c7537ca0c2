import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { conditionHolds, type Placeholders, updated } from './expressions.ts';

// biome-ignore lint/suspicious/noExplicitAny: as the document client has it
type Item = Record<string, any>;

/** What a table may do that is right, and seldom. */
export interface TableMoods {
  /** Whether a key of a batch is left for another request. */
  leavesOut(): boolean;
  /** How many items a page has. */
  pageSize(): number;
}

const CALM: TableMoods = { leavesOut: () => false, pageSize: () => 1000 };

interface Conditional extends Placeholders {
  ConditionExpression?: string | undefined;
}

/** A DynamoDB table in memory, for a document client's `send`: each command happens at once or not at all. */
export class MemoryTable {
  readonly #items = new Map<string, Item>();
  readonly #moods: TableMoods;

  constructor(moods: TableMoods = CALM) {
    this.#moods = moods;
  }

  /** Everything, as it is now. */
  get items(): Item[] {
    return [...this.#items.values()];
  }

  answer(command: unknown): object {
    if (command instanceof GetCommand) return { Item: this.#items.get(pathOf(command.input.Key)) };
    if (command instanceof BatchGetCommand) return this.#getBatch(command.input);
    if (command instanceof QueryCommand)
      return this.#page(command.input, command.input.KeyConditionExpression);
    if (command instanceof ScanCommand) return this.#page(command.input, command.input.FilterExpression);
    if (command instanceof PutCommand) {
      const { Item = {} } = command.input;
      this.#check(command.input, Item);
      this.#items.set(pathOf(Item), structuredClone(Item));
      return {};
    }
    if (command instanceof UpdateCommand) {
      const { Key, UpdateExpression = '' } = command.input;
      const item = this.#check(command.input, Key) ?? { ...Key };
      this.#items.set(pathOf(Key), updated(UpdateExpression, item, command.input));
      return {};
    }
    if (command instanceof DeleteCommand) {
      this.#check(command.input, command.input.Key);
      this.#items.delete(pathOf(command.input.Key));
      return {};
    }
    throw new Error(`not understood: ${(command as object).constructor.name}`);
  }

  /** @throws ConditionalCheckFailedException */
  #check({ ConditionExpression, ...placeholders }: Conditional, key: Item | undefined): Item | undefined {
    const item = this.#items.get(pathOf(key));
    if (ConditionExpression !== undefined && !conditionHolds(ConditionExpression, item, placeholders)) {
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    }
    return item;
  }

  #getBatch({ RequestItems = {} }: BatchGetCommand['input']) {
    const [[table = '', { Keys = [] } = {}] = []] = Object.entries(RequestItems);
    const left = Keys.filter(() => this.#moods.leavesOut());
    const found = Keys.filter((key) => !left.includes(key)).flatMap(
      (key) => this.#items.get(pathOf(key)) ?? [],
    );
    return {
      Responses: { [table]: found },
      UnprocessedKeys: left.length > 0 ? { [table]: { Keys: left } } : {},
    };
  }

  /** A page counts what it looked at: the last one may be empty. Source: DynamoDB Developer Guide, "Paginating table query results". */
  #page(
    { ExclusiveStartKey, ...placeholders }: Placeholders & { ExclusiveStartKey?: Item | undefined },
    condition = 'attribute_exists(pk)',
  ) {
    const start = ExclusiveStartKey && pathOf(ExclusiveStartKey);
    const after = [...this.#items.keys()].sort().filter((path) => start === undefined || path > start);
    const seen = after.slice(0, this.#moods.pageSize()).flatMap((path) => this.#items.get(path) ?? []);
    const last = seen.at(-1);
    return {
      Items: seen.filter((item) => conditionHolds(condition, item, placeholders)),
      ...(seen.length < after.length && last && { LastEvaluatedKey: { pk: last.pk, sk: last.sk } }),
    };
  }
}

/** Sorts as the table does: by sort key within a partition. */
const pathOf = (key: Item | undefined) => `${key?.pk}\0${key?.sk}`;
