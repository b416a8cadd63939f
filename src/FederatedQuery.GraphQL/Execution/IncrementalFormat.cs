namespace FederatedQuery.GraphQL.Execution;

/// <summary>How a transport takes the parts of an operation with <c>@defer</c> or <c>@stream</c>.</summary>
public enum IncrementalFormat
{
    /// <summary>It takes one response only: the operation is executed as if nothing in it were deferred or streamed.</summary>
    None,

    /// <summary>
    /// <c>pending</c>, <c>incremental</c> and <c>completed</c> with ids, nothing sent twice: the current proposal
    /// (https://github.com/graphql/graphql-spec/pull/1110), known to clients as <c>incrementalSpec=v0.2</c>.
    /// </summary>
    Ids,

    /// <summary>
    /// <c>incremental</c> with a path and label in each entry: the proposal of August 2022, known to clients as <c>deferSpec=20220824</c>.
    /// What is deferred is still sent once, so a fragment may come in several entries or lack fields that came before.
    /// </summary>
    Paths,
}
