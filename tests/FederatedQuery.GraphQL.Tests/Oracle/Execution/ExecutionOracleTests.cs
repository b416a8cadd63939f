using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Oracle.Execution;

/// <summary>graphql-js executes the same requests over the same data.</summary>
public class ExecutionOracleTests
{
    [Fact]
    public async Task Execute_GeneratedOperations_ResponsesEqualGraphQLJs()
    {
        var first = OracleScale.Seed;
        var cases = Enumerable.Range(first, OracleScale.Times(2000))
            .Select(seed => new QueryGenerator(ExecutionWorld.Schema, seed).Next(seed, wrong: seed % 5 == 1 ? 12 : 1)).ToArray();

        AssertAllIsMet(await AssertSameAsync(cases));
    }

    [Fact]
    public async Task Execute_VariablesOfEveryInputType_CoercedAsByGraphQLJs()
    {
        var random = new Random(OracleScale.Seed + 3);
        var inputs = new InputGenerator(random);
        var fields = ((ObjectType)ExecutionWorld.Schema.QueryType.Fields.Items.Single(field => field.Name == "inputs").Type.Named).Fields.Items;
        var cases = Enumerable.Range(0, OracleScale.Times(3000)).Select(_ =>
        {
            var field = fields[random.Next(fields.Length)];
            var type = field.Arguments[0].Type;
            var variable = new InputGenerator.Variable("v", type, inputs.Chance(20) ? inputs.Literal(type, variables: 0) : null);
            return new ExecutionCase($"query ({variable}) {{ inputs {{ {field.Name}(v: $v) }} }}", inputs.Chance(5) ? [] : inputs.Values([variable], wrong: 25), null, 0, IsAsync: false);
        }).ToArray();

        var responses = await AssertSameAsync(cases);

        Assert.InRange(responses.EnumerateArray().Count(response => ResponseComparison.Data(response) == "no data") / (double)cases.Length, 0.2, 0.8);
    }

    /// <returns>The responses of graphql-js.</returns>
    private static async Task<JsonElement> AssertSameAsync(IReadOnlyList<ExecutionCase> cases)
    {
        var executor = new RequestExecutor(ExecutionWorld.Schema, new RequestExecutorOptions { DocumentCacheSize = cases.Count, Cost = { EnforceCostLimits = false } });
        var input = new JsonObject { ["sdl"] = ExecutionWorld.FullSdl, ["cases"] = new JsonArray([.. cases.Select(each => each.ToJson())]) };
        var expecting = NodeScript.RunAsync("execute.js", input.ToJsonString());

        // Twice side by side over one executor: the second of each finds the plan made, or being made.
        var actual = await Task.WhenAll(cases.Concat(cases).Select(each => Task.Run(() => ExecuteAsync(executor, each))));
        var expected = JsonElement.Parse(await expecting);

        var differences = new List<string>();
        var wrong = 0;
        for (var i = 0; i < actual.Length; i++)
        {
            var each = cases[i % cases.Count];
            if (ResponseComparison.Compare(expected[i % cases.Count], actual[i], inOrder: !each.IsAsync) is { } difference)
            {
                wrong++;
                if (differences.Count < 8)
                {
                    differences.Add($"{each}\n{difference}");
                }
            }
        }

        Assert.True(wrong == 0, $"{wrong} of {actual.Length}\n{string.Join("\n\n", differences)}");
        return expected;
    }

    private static async Task<JsonElement> ExecuteAsync(RequestExecutor executor, ExecutionCase each)
    {
        var request = new OperationRequest(each.Source)
        {
            OperationName = each.OperationName,
            Variables = each.Variables is null ? null : JsonSerializer.SerializeToElement(each.Variables),
            TransportContext = new ExecutionRun(each),
        };
        var result = Assert.IsType<OperationResult>(await executor.ExecuteAsync(request));
        return JsonElement.Parse(await Library.ToTextAsync(result));
    }

    /// <summary>The generator must not drift into documents that never get to run, or never fail.</summary>
    private static void AssertAllIsMet(JsonElement responses)
    {
        var all = responses.EnumerateArray().ToArray();
        var share = new Func<Func<JsonElement, bool>, double>(condition => all.Count(condition) / (double)all.Length);

        Assert.InRange(share(response => ResponseComparison.Data(response) == "no data"), 0.02, 0.3);
        Assert.InRange(share(response => ResponseComparison.Data(response) == "null"), 0.02, 0.4);
        Assert.InRange(share(response => !response.TryGetProperty("errors", out _)), 0.1, 0.9);
        Assert.InRange(share(response => ResponseComparison.Data(response).Length > 200), 0.2, 1);
    }
}
