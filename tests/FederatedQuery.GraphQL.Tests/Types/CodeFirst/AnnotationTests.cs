using System.Collections.Immutable;
using System.ComponentModel;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.CodeFirst;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Types.CodeFirst;

/// <summary>What C# classes become in the schema, chapter by chapter of Hot Chocolate's guide to annotations.</summary>
public class AnnotationTests
{
    private static readonly Schema Schema = new SchemaBuilder()
        .AddQueryType<Queries>()
        .AddType<Circle>().AddType<Square>().AddType<Unused>().AddType<Alone>().AddType<Cat>()
        .AddType<WidgetNode>().AddType<ShapeExtension>().AddType(typeof(QueryExtension)).AddType<AuthorExtension>().AddType<Author>()
        .UseXmlDocumentation()
        .Build();

    private static readonly string Sdl = SchemaPrinter.Print(Schema);

    [Theory]
    [InlineData("  nested: [[String]!]\n")]
    [InlineData("  maybeItems: [String]\n")]
    [InlineData("  numbers: [Int]!\n")]
    [InlineData("  page: PageOfString!\n")]
    [InlineData("type PageOfString {\n  items: [String!]!\n  first: String")]
    [InlineData("  pairs: [KeyValuePairOfStringAndInt32!]!\n")]
    [InlineData("  any: JSON!\n")]
    [InlineData("  queryable: [Int!]!\n")]
    [InlineData("  stream: [Int!]!\n")]
    [InlineData("  streamTask: [Int!]!\n")]
    [InlineData("  maybeStream: [Int!]\n")]
    [InlineData("  immutable: [Int!]!\n")]
    [InlineData("  point: Point!\n")]
    [InlineData("type Point {\n  x: Int!\n  y: Int!\n}")]
    [InlineData("  ids: [ID!]!\n")]
    [InlineData("  localText: LocalDateTime\n")]
    [InlineData("  byScalarClass: [ID!]\n")]
    [InlineData("  byClrType: Int\n")]
    [InlineData("  named: NamedCat!\n")]
    [InlineData("  forced: [String]!\n")]
    [InlineData("  forcedItems: [String!]!\n")]
    [InlineData("  color: Colour!\n")]
    [InlineData("enum Colour {\n  RED\n  deep_blue\n}")]
    [InlineData("  shape: Shape!\n")]
    [InlineData("interface Shape implements Entity {\n  name: String!\n  area: Float!\n  doubleArea: Float!\n}")]
    [InlineData("interface Entity {\n  name: String!\n}")]
    [InlineData("type Circle implements Shape & Entity {\n")]
    [InlineData("union Thing = Circle | Square")]
    [InlineData("type Unused {\n  x: Int!\n}")]
    [InlineData("enum Alone {\n  ONE\n}")]
    [InlineData("  old: Int! @deprecated(reason: \"Gone soon.\")\n")]
    [InlineData("  older(arg: Int @deprecated): Int! @deprecated\n")]
    [InlineData("  described(\n    \"An argument.\"\n    of: Int!\n  ): Int!\n")]
    [InlineData("\"From the comment.\"\ntype XmlDoc {\n")]
    [InlineData("  \"A property with `int` in it.\"\n  value: Int!\n")]
    [InlineData("  \"A parameter of a record.\"\n  text: String!\n")]
    [InlineData("  extra: Int!\n")]
    [InlineData("  viaName: String!\n")]
    [InlineData("  greeting: String!\n")]
    [InlineData("type Widget {\n  name: String!\n  owner: Author!\n}")]
    [InlineData("  inherited: Int!\n")]
    [InlineData("  search(filter: SearchFilterInput!, renamed: Int! = 3, list: [Int!] = [1, 2], object: LimitsInput = { max: 5 }): String!\n")]
    [InlineData("input SearchFilterInput {\n  \"On the parameter.\"\n  text: String\n  maximum: Int! = 10\n  tags: [String!]\n  within: LimitsInput\n  old: Int @deprecated\n}")]
    [InlineData("input LimitsInput {\n  min: Int\n  max: Int!\n}")]
    public void Build_Annotations_GiveTheSdl(string expected) => Assert.Contains(expected, Sdl, StringComparison.Ordinal);

    [Theory]
    [InlineData("ignored")]
    [InlineData("hidden")]
    [InlineData("ownerId")]
    [InlineData("equalityContract")]
    [InlineData("toString")]
    [InlineData("secret")]
    public void Build_WhatIsNoField_IsNotInTheSdl(string absent) => Assert.DoesNotContain(absent, Sdl, StringComparison.Ordinal);

    [Theory]
    [InlineData("{ pairs { key value } }", """{"data":{"pairs":[{"key":"a","value":1}]}}""")]
    [InlineData("{ stream streamTask maybeStream queryable immutable }", """{"data":{"stream":[1,2],"streamTask":[1,2],"maybeStream":null,"queryable":[1,2],"immutable":[1]}}""")]
    [InlineData("{ point { x y } color named { name } }", """{"data":{"point":{"x":1,"y":2},"color":"deep_blue","named":{"name":"Tom"}}}""")]
    [InlineData("{ shape { __typename name area doubleArea } thing { __typename } }", """{"data":{"shape":{"__typename":"Circle","name":"circle","area":3,"doubleArea":6},"thing":{"__typename":"Square"}}}""")]
    [InlineData("{ extra viaName greeting widget { name owner { id } } inherited }", """{"data":{"extra":7,"viaName":"q","greeting":"hi","widget":{"name":"w","owner":{"id":9}},"inherited":5}}""")]
    [InlineData("""{ search(filter: {text: "t", tags: "one"}) }""", """{"data":{"search":"t 10 [one]  r3 l2 o5"}}""")]
    [InlineData("""{ search(filter: {within: {min: 1, max: 2}}, renamed: 4, list: null, object: null) }""", """{"data":{"search":" 10 [] 1-2 r4 l0 o0"}}""")]
    [InlineData("{ absent: optional nulled: optional(text: null) given: optional(text: \"x\") }", """{"data":{"absent":"(none)","nulled":"null","given":"x"}}""")]
    [InlineData("{ patch(input: {}) b: patch(input: {name: null}) c: patch(input: {name: \"n\", size: 2}) }", """{"data":{"patch":"(none) (none)","b":"null (none)","c":"n 2"}}""")]
    [InlineData("{ collections(set: [1, 1], array: [2], list: [3], unknown: [4]) }", """{"data":{"collections":"1 2 3 4"}}""")]
    [InlineData("{ vector(of: {x: 1, y: 2}) initOnly(input: {name: \"a\"}) }", """{"data":{"vector":3,"initOnly":"a 4"}}""")]
    [InlineData("{ json(value: {a: 1}) }", """{"data":{"json":"a=1"}}""")]
    public async Task Execute_AnnotatedMembers_GiveData(string document, string expected) =>
        Assert.Equal(expected, await Library.ExecuteAsync(new RequestExecutor(Schema), document));

    [Theory]
    [InlineData("{ byId(id: \"abc\") }", "The value \\u0022abc\\u0022 cannot be read as Int32: ")]
    [InlineData("{ tiny(value: 70000) }", "The value 70000 cannot be read as Int16: ")]
    [InlineData("{ patch(input: {size: null}) }", "The value may be left out, but it must not be null.")]
    [InlineData("{ optionalNumber(value: null) }", "The value may be left out, but it must not be null.")]
    [InlineData("{ checked(input: {age: -1}) }", "Age must not be negative.")]
    public async Task Execute_ValuesThatCSharpCannotTake_AreErrorsForTheClient(string document, string message)
    {
        var response = await Library.ExecuteAsync(new RequestExecutor(Schema), document);

        Assert.Contains(message.Replace("\\u0022", "\\\"", StringComparison.Ordinal), response, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"BAD_USER_INPUT\"", response, StringComparison.Ordinal);
    }

    public sealed class Page<T>
    {
        public List<T> Items { get; } = [];

        public T? First { get; }
    }

    public readonly record struct Point(int X, int Y);

    public enum Alone
    {
        One,
    }

    [EnumType("Colour")]
    public enum Color
    {
        Red,
        [GraphQLName("deep_blue")]
        Blue,
        [GraphQLIgnore]
        Hidden,
    }

    [InterfaceType]
    public interface IEntity
    {
        string Name { get; }
    }

    [InterfaceType("Shape")]
    public interface IHasArea : IEntity
    {
        double Area { get; }
    }

    [UnionType("Thing")]
    public interface IThing;

    public sealed record Circle(double Area) : IHasArea, IThing
    {
        public string Name => "circle";
    }

    public sealed record Square : IThing
    {
        public int Side => 1;
    }

    public sealed record Unused(int X);

    [ObjectType("NamedCat")]
    public sealed record Cat([GraphQLIgnore] int Ignored, string Name);

    public sealed class Widget
    {
        public string Name => "w";

        public int OwnerId => 9;

        public int Secret => 0;
    }

    [ObjectType<Widget>(IgnoreProperties = [nameof(Widget.Secret)])]
    public sealed class WidgetNode
    {
        [BindMember(nameof(Widget.OwnerId))]
        public Author Owner([Parent] Widget widget) => new(widget.OwnerId, "o");
    }

    [ExtendObjectType<IHasArea>]
    public sealed class ShapeExtension
    {
        public double DoubleArea([Parent] IHasArea shape) => shape.Area * 2;
    }

    [ExtendObjectType("Query")]
    public static class QueryExtension
    {
        public static int GetExtra() => 7;

        public static string ViaName => "q";
    }

    [ExtendObjectType("Author")]
    public sealed class AuthorExtension
    {
        public string Greets() => "hello";
    }

    /// <summary>From the comment.</summary>
    public sealed record XmlDoc
    {
        /// <summary>
        /// A property
        /// with <c>`int`</c> in it.
        /// </summary>
        public int Value => 1;
    }

    /// <summary>Holds text.</summary>
    /// <param name="Text">A parameter of a record.</param>
    public sealed record XmlRecord(string Text);

    public sealed record Limits(int? Min, int Max);

    public sealed record SearchFilter(
        [GraphQLDescription("On the parameter.")] string? Text,
        [GraphQLName("maximum"), DefaultValue(10)] int Most,
        IReadOnlyList<string>? Tags,
        Limits? Within,
        [GraphQLDeprecated] int? Old);

    public sealed record Patch(Optional<string?> Name, Optional<int> Size);

    public struct Vector
    {
        public int X { get; set; }

        public int Y { get; init; }
    }

    public sealed class InitOnly
    {
        public required string Name { get; init; }

        [DefaultValueSyntax("4")]
        public int Size { get; init; }
    }

    public sealed class Checked
    {
        public Checked(int age)
        {
            Age = age >= 0 ? age : throw new ArgumentException("Age must not be negative.");
        }

        public int Age { get; }
    }

    public class BaseQueries
    {
        public int Inherited => 5;
    }

    public sealed class Queries : BaseQueries
    {
        public List<List<string?>>? Nested => null;

        public IEnumerable<string?>? MaybeItems() => null;

        public int?[] Numbers => [];

        public Page<string> Page => new();

        public Dictionary<string, int> Pairs => new() { ["a"] = 1 };

        public Dictionary<string, object?> Any => [];

        public IQueryable<int> Queryable => new[] { 1, 2 }.AsQueryable();

        public async IAsyncEnumerable<int> Stream()
        {
            await Task.Yield();
            yield return 1;
            yield return 2;
        }

        public async Task<IAsyncEnumerable<int>> StreamTask()
        {
            await Task.Yield();
            return Stream();
        }

        public ValueTask<IAsyncEnumerable<int>?> MaybeStream() => new((IAsyncEnumerable<int>?)null);

        public ImmutableArray<int> Immutable => [1];

        public Point Point => new(1, 2);

        [ID]
        public int[] Ids => [];

        [GraphQLType("LocalDateTime")]
        public string LocalText => "2024-02-15T00:00:00";

        [GraphQLType<IdScalar>]
        public List<string>? ByScalarClass => null;

        [GraphQLType(typeof(int))]
        public short? ByClrType => 1;

        [GraphQLType("NamedCat!")]
        public object Named => new Cat(1, "Tom");

        [GraphQLNonNullType]
        public List<string?>? Forced => [];

        [GraphQLNonNullType(false, false)]
        public List<string?>? ForcedItems => [];

        public Color Color => Color.Blue;

        public IHasArea Shape => new Circle(3);

        public IThing Thing => new Square();

        [Obsolete("Gone soon.")]
        public int Old => 1;

        [GraphQLDeprecated]
        public int Older([GraphQLDeprecated] int? arg) => arg ?? 1;

        [GraphQLIgnore]
        public int Ignored => 1;

        public int Described([Description("An argument.")] int of) => of;

        public XmlDoc Documented => new();

        public XmlRecord DocumentedRecord => new("t");

        [GraphQLName("greeting")]
        public Task<string> GetHelloAsync() => Task.FromResult("hi");

        public Widget Widget => new();

        public string Search(
            SearchFilter filter,
            [Argument("renamed")] int other = 3,
            [DefaultValue(new[] { 1, 2 })] int[]? list = null,
            [DefaultValueSyntax("{ max: 5 }")] Limits? @object = null) =>
            $"{filter.Text} {filter.Most} [{string.Join(',', filter.Tags ?? [])}] {(filter.Within is { } within ? $"{within.Min}-{within.Max}" : null)} r{other} l{list?.Length ?? 0} o{@object?.Max ?? 0}";

        public string Optional(Optional<string?> text) => text.ToString();

        public int OptionalNumber(Optional<int> value) => value.Value;

        public string Patch(Patch input) => $"{input.Name} {input.Size}";

        public string Collections(HashSet<int> set, ImmutableArray<int> array, LinkedList<int> list, IReadOnlyCollection<int> unknown) =>
            $"{string.Join(',', set)} {string.Join(',', array)} {string.Join(',', list)} {string.Join(',', unknown)}";

        public int Vector(Vector of) => of.X + of.Y;

        public string InitOnly(InitOnly input) => $"{input.Name} {input.Size}";

        public string Json(IReadOnlyDictionary<string, object?> value) => string.Join(',', value.Select(pair => $"{pair.Key}={pair.Value}"));

        public int ById([ID] int id) => id;

        public int Tiny(short value) => value;

        public int Checked(Checked input) => input.Age;
    }
}
