using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.CodeFirst;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Types.CodeFirst;

public class SchemaBuilderTests
{
    [Theory]
    [InlineData("  defaults(tier: Tier = OLD_ICEBERG, first: Int = 20, input: DefaultsInput): String\n")]
    [InlineData("input DefaultsInput {\n  name: String!\n  hotDays: Int = 30\n  tier: Tier = OLD_ICEBERG\n}")]
    [InlineData("interface Named {\n  name: String!\n}")]
    [InlineData("type Book implements Named {\n")]
    [InlineData("union SearchResult = Author | Book")]
    [InlineData("  numbers(of: [Int!]!, plus: Long): [Long!]!\n")]
    [InlineData("  \"Says hello.\"\n  hello(name: String! = \"world\"): String!\n")]
    [InlineData("  book(id: ID!): Book\n")]
    [InlineData("  and: [BookFilterInput!]\n")]
    [InlineData("type Subscription {\n  countTo(last: Int!): Int!\n}")]
    public void Build_AnnotatedClasses_GiveTheSdl(string expected) =>
        Assert.Contains(expected, SchemaPrinter.Print(Library.Schema), StringComparison.Ordinal);

    [Fact]
    public async Task Build_Defaults_ReachTheResolver()
    {
        var response = await Library.ExecuteAsync("{ defaults(first: null, input: {name: \"n\", hotDays: 7}) }");

        Assert.Equal("""{"data":{"defaults":"OldIceberg  DefaultsInput { Name = n, HotDays = 7, Tier = OldIceberg }"}}""", response);
    }

    [Fact]
    public async Task Build_FieldsAndTypesMadeAtRunTime_StandBesideClasses()
    {
        ObjectType? sale = null;
        sale = new ObjectType("Sale", () =>
        [
            new FieldDefinition("id", new NonNullType(LongScalar.Instance)),
            new FieldDefinition("next", sale!) { Resolver = _ => new ValueTask<object?>(new Dictionary<string, object?> { ["id"] = 2L }) },
        ]);
        var filter = new InputObjectType("SaleFilterInput", () => [new InputValueDefinition("eq", LongScalar.Instance)]);
        var builder = new SchemaBuilder().AddType<LibraryQueries>().AddType<Author>().AddType<Book>().WithServices(type => type == typeof(Greeter));
        builder.AddField(OperationType.Query, new FieldDefinition("sale", sale)
        {
            Arguments = [new InputValueDefinition("where", filter)],
            Resolver = context => new ValueTask<object?>(new Dictionary<string, object?> { ["id"] = context.ArgumentValue<IReadOnlyDictionary<string, object?>>("where")["eq"] }),
        });

        var response = await Library.ExecuteAsync(new FederatedQuery.GraphQL.Execution.RequestExecutor(builder.Build()), "{ hello sale(where: {eq: 7}) { id next { id } } }");

        Assert.Equal("""{"data":{"hello":"Hello, world!","sale":{"id":7,"next":{"id":2}}}}""", response);
    }

    [Fact]
    public void Build_BrokenTypes_ListsEveryBreach()
    {
        var input = new InputObjectType("In", () => [new InputValueDefinition("a", IntScalar.Instance) { DefaultValue = new StringValueNode(0, "x") }]);
        var query = new ObjectType("Query", () => [new FieldDefinition("__bad", input), new FieldDefinition("a", IntScalar.Instance) { Arguments = [new InputValueDefinition("in", input)] }]);

        var exception = Assert.Throws<SchemaException>(() => new Schema(new SchemaConfig { Query = query }));

        Assert.Equal(
            [
                "The default value of In.a does not fit its type: Int cannot represent non-integer value: \"x\"",
                "Field 'Query.__bad' must not begin with \"__\", which is reserved by GraphQL introspection.",
                "The type of Query.__bad must be Output Type but got: In.",
            ],
            exception.Problems);
    }
}
