using System.Text.Json.Nodes;

namespace FederatedQuery.GraphQL.Tests.Oracle.Execution;

/// <summary>A request, and what decides the data it meets.</summary>
/// <param name="Source">The document.</param>
/// <param name="Variables">The variables, or null for none.</param>
/// <param name="OperationName">The operation, or null for the only one.</param>
/// <param name="Seed">Of the data. Multiples of four bring no failures.</param>
/// <param name="IsAsync">Whether some resolvers wait.</param>
internal sealed record ExecutionCase(string Source, JsonObject? Variables, string? OperationName, int Seed, bool IsAsync)
{
    public JsonObject ToJson() => new()
    {
        ["source"] = Source,
        ["variables"] = Variables?.DeepClone(),
        ["operationName"] = OperationName,
        ["seed"] = Seed,
        ["isAsync"] = IsAsync,
    };

    public override string ToString() => $"seed {Seed}, {(IsAsync ? "async" : "sync")}, operation {OperationName ?? "-"}\n{Source}\n{Variables?.ToJsonString()}";
}

/// <summary>One execution of a case: what its resolvers share.</summary>
internal sealed class ExecutionRun(ExecutionCase @case)
{
    private int _count;

    public ExecutionCase Case { get; } = @case;

    public int Count() => Interlocked.Increment(ref _count);
}
