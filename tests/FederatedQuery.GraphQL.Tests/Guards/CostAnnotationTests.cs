using System.Text.Json;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Execution.Costs;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.CodeFirst;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Guards;

public class CostAnnotationTests
{
    private static readonly Schema Shop = new SchemaBuilder().AddQueryType<Queries>().WithIncrementalDelivery(false).Build();

    [Theory]
    [InlineData("  weight: String!\n")]
    [InlineData("  requireOneSlicingArgument: Boolean = true\n")]
    [InlineData(") on SCALAR | OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | INPUT_FIELD_DEFINITION\n")]
    [InlineData("  report(filter: String @cost(weight: \"5.0\")): String! @cost(weight: \"2.5\")")]
    [InlineData("  page(first: Int): [Item!]! @listSize(assumedSize: 100, slicingArguments: [\"first\"], slicingArgumentDefaultValue: 7, requireOneSlicingArgument: false)")]
    [InlineData("type Item @cost(weight: \"3.0\") {")]
    public void Print_CostAttributes_AreInTheSdl(string expected) => Assert.Contains(expected, Printed(Shop), StringComparison.Ordinal);

    [Fact]
    public void Print_DirectivesOfClassesAndOfRunTime_AreTheSame()
    {
        var runTime = new Schema(new SchemaConfig
        {
            Query = new ObjectType("Query", () => [new FieldDefinition("a", IntScalar.Instance) { AppliedDirectives = [CostDirectives.CostOf(1.5)] }]),
            Directives = [CostDirectives.Cost, CostDirectives.ListSize],
        });

        Assert.Equal(DirectivesOf(Printed(Shop)), DirectivesOf(Printed(runTime)));
        Assert.Contains("a: Int @cost(weight: \"1.5\")", Printed(runTime), StringComparison.Ordinal);
        Assert.Equal(Printed(Shop), Printed(SchemaReader.Read(SchemaPrinter.Print(Shop))));
    }

    [Theory]
    [InlineData("{ report }", 2.5, 1)]
    [InlineData("{ report(filter: \"x\") }", 7.5, 1)]
    [InlineData("{ page { name } }", 1, 1 + (7 * 3))]
    [InlineData("{ page(first: 2) { later } }", 1 + (2 * 10), 1 + (2 * 3))]
    [InlineData("{ async }", 10, 1)]
    [InlineData("{ sync }", 0, 1)]
    [InlineData("{ stream }", 10, 1)]
    public async Task Cost_OfResolvers_HasHotChocolatesDefaults(string document, double fieldCost, double typeCost) =>
        Assert.Equal((fieldCost, typeCost), await CostOfAsync(document, new CostOptions()));

    [Fact]
    public async Task Cost_OptionsOfDefaults_AreUsed()
    {
        Assert.Equal((0, 1), await CostOfAsync("{ async }", new CostOptions { ApplyCostDefaults = false }));
        Assert.Equal((3, 1), await CostOfAsync("{ async }", new CostOptions { DefaultResolverCost = 3 }));
        Assert.Equal((1 + (5 * 10), 16), await CostOfAsync("{ unsized { later } }", new CostOptions { DefaultListSize = 5 }));
    }

    [Fact]
    public async Task Report_ExecutedOperation_TellsDataAndCost()
    {
        var request = new OperationRequest("{ sync }") { CostReporting = CostReporting.Report };

        Assert.Equal(
            """{"data":{"sync":1},"extensions":{"operationCost":{"fieldCost":0,"typeCost":1}}}""",
            await Library.ToTextAsync((OperationResult)await new RequestExecutor(Shop).ExecuteAsync(request)));
    }

    [Theory]
    [InlineData("interface I { a: Int @cost(weight: \"1\") } type Query implements I { a: Int }", "Directive \"@cost\" may not be used on I.a: fields of an interface cost what the fields of its object types do.")]
    [InlineData("type Query { a: Int @cost(weight: \"much\") }", "The weight of \"@cost\" on Query.a is \"much\"; it must be a number, such as \"2.5\".")]
    [InlineData("type Query { a: Int @listSize(assumedSize: 1) }", "Directive \"@listSize\" of Query.a needs `sizedFields`: Query.a is of type Int, which is no list.")]
    [InlineData("type Query { a(n: String): [Int] @listSize(slicingArguments: [\"n\", \"m\"]) }", "Slicing argument \"n\" of Query.a must be an argument of the field, of type Int.")]
    [InlineData("type Query { a: Query @listSize(assumedSize: 1, sizedFields: [\"b\"]) }", "Sized field \"b\" of Query.a must be a field of Query that gives a list.")]
    [InlineData("type Query { a: [Int] @listSize(assumedSize: -1) }", "Directive \"@listSize\" of Query.a has a negative size.")]
    public void Build_WrongUseOfTheDirectives_IsAProblem(string sdl, string problem)
    {
        var definitions = DirectivesOf(SchemaPrinter.Print(Shop));

        Assert.Contains(problem, Assert.Throws<SchemaException>(() => SchemaReader.Read(definitions + sdl)).Problems);
    }

    [Fact]
    public void Build_OtherDirectiveNamedCost_IsLeftAlone() =>
        Assert.NotNull(SchemaReader.Read("directive @cost(complexity: Int) on FIELD_DEFINITION type Query { a: Int @cost(complexity: 5) }"));

    private static string Printed(Schema schema) => SchemaPrinter.Print(schema);

    private static string DirectivesOf(string sdl) => sdl[..sdl.IndexOf("type ", StringComparison.Ordinal)];

    private static async Task<(double FieldCost, double TypeCost)> CostOfAsync(string document, CostOptions options)
    {
        var executor = new RequestExecutor(Shop, new RequestExecutorOptions { Cost = options });
        var request = new OperationRequest(document) { CostReporting = CostReporting.Validate };
        using var response = JsonDocument.Parse(await Library.ToTextAsync((OperationResult)await executor.ExecuteAsync(request)));
        var cost = response.RootElement.GetProperty("extensions").GetProperty("operationCost");
        return (cost.GetProperty("fieldCost").GetDouble(), cost.GetProperty("typeCost").GetDouble());
    }

    public sealed class Queries
    {
        public int Sync => 1;

        [Cost(2.5)]
        public Task<string> ReportAsync([Cost(5)] string? filter) => Task.FromResult(filter ?? string.Empty);

        [ListSize(AssumedSize = 100, SlicingArguments = ["first"], SlicingArgumentDefaultValue = 7, RequireOneSlicingArgument = false)]
        public IReadOnlyList<Item> Page(int? first) => [.. Enumerable.Repeat(new Item("i"), first ?? 7)];

        public IReadOnlyList<Item> Unsized() => [];

        [GraphQLName("async")]
        public Task<int> WaitAsync() => Task.FromResult(1);

        public async IAsyncEnumerable<int> Stream()
        {
            await Task.Yield();
            yield return 1;
        }
    }

    [Cost(3)]
    public sealed record Item(string Name)
    {
        public Task<int> LaterAsync() => Task.FromResult(1);
    }
}
