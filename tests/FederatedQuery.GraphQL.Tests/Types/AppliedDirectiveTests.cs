using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.CodeFirst;

namespace FederatedQuery.GraphQL.Tests.Types;

public class AppliedDirectiveTests
{
    private static Schema Shop => new SchemaBuilder().AddQueryType<Queries>().AddDirective<LogDirective>().WithDirective(new OwnerAttribute("shop")).Build();

    [Theory]
    [InlineData("schema @owner(team: \"shop\") {\n  query: Query\n}")]
    [InlineData("directive @owner(team: String!, level: Level! = LOW) repeatable on SCHEMA | OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION")]
    [InlineData("directive @upper on FIELD_DEFINITION")]
    [InlineData("directive @log(tag: String, times: Int! = 1) on FIELD")]
    [InlineData("type Query @owner(team: \"roots\") {")]
    [InlineData("  shout(text: String! @owner(team: \"texts\")): String! @owner(team: \"one\") @owner(team: \"two\", level: HIGH) @upper\n")]
    [InlineData("type Item @owner(team: \"items\") {\n  name: String! @upper\n}")]
    [InlineData("enum Size @owner(team: \"sizes\") {\n  SMALL\n  LARGE @deprecated @owner(team: \"large\")\n}")]
    [InlineData("input FilterInput @owner(team: \"filters\") {\n  size: Size @owner(team: \"size\")\n}")]
    public void Print_DirectiveAttributes_AreInTheSdl(string expected) =>
        Assert.Contains(expected, SchemaPrinter.Print(Shop), StringComparison.Ordinal);

    [Fact]
    public void Read_PrintedSdl_HasTheSameDirectives()
    {
        var sdl = SchemaPrinter.Print(Shop);

        Assert.Equal(sdl, SchemaPrinter.Print(SchemaReader.Read(sdl)));
    }

    [Fact]
    public void GetArgumentValues_DefaultsAndLiterals_AreCoerced()
    {
        var field = Shop.QueryType.Fields.Items.Single(field => field.Name == "shout");

        var values = field.AppliedDirectives[0].GetArgumentValues(Shop);

        Assert.Equal("one", values["team"]);
        Assert.Equal(Level.Low, values["level"]);
        Assert.Equal("two", Assert.IsType<OwnerAttribute>(field.AppliedDirectives[1].Instance).Team);
    }

    [Fact]
    public async Task Middleware_OnMethodAndProperty_RunsAroundTheResolver() => Assert.Equal(
        """{"data":{"shout":"HEY","item":{"name":"CUP"}}}""",
        await Library.ExecuteAsync(new RequestExecutor(Shop), """{ shout(text: "hey") item { name } }"""));

    [Fact]
    public async Task GetDirectives_OnAField_GivesCoercedArguments() => Assert.Equal(
        """{"data":{"tags":["a 1","b 3"],"none":[]}}""",
        await Library.ExecuteAsync(new RequestExecutor(Shop), """query($n: Int! = 3) { tags @log(tag: "a") ...F none: tags } fragment F on Query { tags @log(tag: "b", times: $n) }"""));

    [Theory]
    [InlineData("type Query { a: Int @nope }", "Unknown directive \"@nope\" on Query.a.")]
    [InlineData("directive @d on OBJECT type Query { a: Int @d }", "Directive \"@d\" may not be used on FIELD_DEFINITION, as it is on Query.a. It may be used on OBJECT.")]
    [InlineData("directive @d on FIELD_DEFINITION type Query { a: Int @d @d }", "The directive \"@d\" can only be used once on Query.a: it is not repeatable.")]
    [InlineData("directive @d(x: Int!) on FIELD_DEFINITION type Query { a: Int @d }", "Argument \"@d(x:)\" of type \"Int!\" is required, but it was not provided. (on Query.a)")]
    [InlineData("directive @d(x: Int!) on FIELD_DEFINITION type Query { a: Int @d(x: 1, y: 2) }", "Unknown argument \"y\" on directive \"@d\" of Query.a.")]
    [InlineData("directive @d(x: Int!) on ARGUMENT_DEFINITION type Query { a(b: Int @d(x: \"s\")): Int }", "Argument \"@d(x:)\" has invalid value \"s\": Int cannot represent non-integer value: \"s\" (on Query.a(b:))")]
    [InlineData("directive @d(x: Int!) on ENUM_VALUE type Query { a: E } enum E { A @d(x: 1, x: 2) }", "There can be only one argument named \"x\" of \"@d\" on E.A.")]
    public void Validate_WrongUse_IsAProblem(string sdl, string problem) =>
        Assert.Contains(problem, Assert.Throws<SchemaException>(() => SchemaReader.Read(sdl)).Problems);

    [Fact]
    public void Build_DirectiveInItsOwnDefinition_IsRefused()
    {
        var exception = Assert.Throws<SchemaException>(() => new SchemaBuilder().AddQueryType<Queries>().AddDirective<SelfAttribute>().Build());

        Assert.Equal(["Directive '@self' must not be used in its own definition."], exception.Problems);
    }

    public enum Level
    {
        Low,
        High,
    }

    [Owner("sizes")]
    public enum Size
    {
        Small,
        [GraphQLDeprecated, Owner("large")]
        Large,
    }

    [DirectiveType(
        DirectiveLocation.Schema | DirectiveLocation.Object | DirectiveLocation.FieldDefinition | DirectiveLocation.ArgumentDefinition
            | DirectiveLocation.Enum | DirectiveLocation.EnumValue | DirectiveLocation.InputObject | DirectiveLocation.InputFieldDefinition,
        IsRepeatable = true)]
    public sealed class OwnerAttribute(string team, Level level = Level.Low) : DirectiveAttribute
    {
        public string Team { get; } = team;

        public Level Level { get; } = level;
    }

    [DirectiveType(DirectiveLocation.FieldDefinition)]
    public sealed class UpperAttribute : DirectiveAttribute, IFieldMiddleware
    {
        public async ValueTask<object?> InvokeAsync(IResolverContext context, FieldResolver next) =>
            ((string?)await next(context))?.ToUpperInvariant();
    }

    [DirectiveType(DirectiveLocation.Field)]
    public sealed record LogDirective(string? Tag = null, int Times = 1);

    [DirectiveType(DirectiveLocation.ArgumentDefinition | DirectiveLocation.FieldDefinition)]
    public sealed class SelfAttribute : DirectiveAttribute
    {
        [Self]
        public string? Text { get; init; }
    }

    [Owner("filters")]
    public sealed record Filter([property: Owner("size")] Size? Size);

    [Owner("items")]
    public sealed record Item([property: Upper] string Name);

    [Owner("roots")]
    public sealed class Queries
    {
        [Owner("one"), Owner("two", Level.High), Upper]
        public async Task<string> ShoutAsync([Owner("texts")] string text)
        {
            await Task.Yield();
            return text;
        }

        public Item Item(Filter? filter) => new("cup");

        public IEnumerable<string> Tags(IResolverContext context) => context.GetDirectives("log").Select(values => $"{values["tag"]} {values["times"]}");
    }
}
