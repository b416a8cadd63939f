using System.Globalization;
using System.Text;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Validation;

namespace FederatedQuery.GraphQL.Tests.Guards;

/// <summary>Each bound is tried at the bound, where it is an answer, and one over it.</summary>
public class OperationLimitsTests
{
    [Theory]
    [InlineData("{ self { self { name } } }", 3)]
    [InlineData("{ ...A } fragment A on Query { self { ... { self { ...B } } } } fragment B on Query { name }", 3)]
    [InlineData("{ name a: name }", 1)]
    [InlineData("{ __schema { types { fields { type { ofType { ofType { name } } } } } } }", 1)]
    public Task Depth_OneOver_IsRefused(string document, int depth) =>
        AssertBoundAsync(document, depth, ErrorCodes.TooDeep, (limits, bound) => limits.MaxDepth = bound);

    [Theory]
    [InlineData("{ name b: name self { name } }", 4)]
    [InlineData("{ a: self { ...F } b: self { ...F } } fragment F on Query { name x: name }", 6)]
    [InlineData("{ ...F ...F ... { ...F } } fragment F on Query { name x: name }", 2)]
    [InlineData("{ __type(name: \"Query\") { name kind } }", 3)]
    public Task Fields_OneOver_AreRefused(string document, int fields) =>
        AssertBoundAsync(document, fields, ErrorCodes.TooManyFields, (limits, bound) => limits.MaxFields = bound);

    [Theory]
    [InlineData("{ name b: name c: name }", 3)]
    [InlineData("{ self { ...F c: name } } fragment F on Query { name ... on Query { b: name } }", 3)]
    public Task Breadth_OneOver_IsRefused(string document, int breadth) =>
        AssertBoundAsync(document, breadth, ErrorCodes.SelectionTooBroad, (limits, bound) => limits.MaxBreadth = bound);

    [Theory]
    [InlineData("{ a: name b: name name }", 2)]
    [InlineData("{ a: self { ...F } self { ...F } } fragment F on Query { x: name y: name }", 5)]
    public Task Aliases_OneOver_AreRefused(string document, int aliases) =>
        AssertBoundAsync(document, aliases, ErrorCodes.TooManyAliases, (limits, bound) => limits.MaxAliases = bound);

    [Theory]
    [InlineData("query @note { name @note @note(text: \"a\") }", 3)]
    [InlineData("{ a: self { ...F @note } b: self { ... @note { ...F } } } fragment F on Query @note { name @skip(if: false) }", 6)]
    public Task Directives_OneOver_AreRefused(string document, int directives) =>
        AssertBoundAsync(document, directives, ErrorCodes.TooManyDirectives, (limits, bound) => limits.MaxDirectives = bound);

    [Fact]
    public Task DirectivesOfOnePlace_OneOver_AreRefused() =>
        AssertBoundAsync("{ name @note @note @note }", 3, ErrorCodes.TooManyDirectives, (limits, bound) => limits.MaxDirectivesPerLocation = bound);

    [Fact]
    public async Task DirectivesOfOnePlace_ThatMayNotRepeat_AreToldBeforeTheirRepetitions() => Assert.Equal(
        ErrorCodes.TooManyDirectives, await GuardSchema.CodeOfAsync($"{{ name {string.Concat(Enumerable.Repeat("@skip(if: false) ", 300))}}}"));

    [Fact]
    public Task Fragments_OneOver_AreRefused() => AssertBoundAsync(
        "{ ...A ...B } fragment A on Query { name } fragment B on Query { name }", 2, ErrorCodes.TooManyFragments, (limits, bound) => limits.MaxFragments = bound);

    [Fact]
    public async Task Operations_OneOver_AreRefused()
    {
        const string Document = "query A { name } query B { name } query C { name }";

        Assert.Equal(ErrorCodes.OperationResolution, await GuardSchema.CodeOfAsync(Document, options => options.Limits.MaxOperations = 3));
        Assert.Equal(ErrorCodes.TooManyOperations, await GuardSchema.CodeOfAsync(Document, options => options.Limits.MaxOperations = 2));
    }

    [Fact]
    public Task Variables_OneOver_AreRefused() => AssertBoundAsync(
        "query ($a: [Int!], $b: Tree) { count(of: $a, tree: $b) }", 2, ErrorCodes.TooManyVariables, (limits, bound) => limits.MaxVariables = bound);

    [Fact]
    public Task ListItems_OneOver_AreRefused() =>
        AssertBoundAsync("{ count(of: [1, 2, 3]) }", 3, ErrorCodes.ListTooLong, (limits, bound) => limits.MaxListItems = bound);

    [Theory]
    [InlineData("{ __schema { types { fields { type { fields { name } } } } } }", 2)]
    [InlineData("{ __type(name: \"Query\") { ...T } } fragment T on __Type { interfaces { possibleTypes { ...U } } } fragment U on __Type { inputFields { name } }", 3)]
    public Task Introspection_OneListDeeper_IsRefused(string document, int depth) =>
        AssertBoundAsync(document, depth, ErrorCodes.IntrospectionTooDeep, (limits, bound) => limits.MaxIntrospectionDepth = bound);

    [Fact]
    public async Task Refusal_Always_NamesTheCountAndTheLimit()
    {
        Assert.Equal(
            "The operation \"Q\" has 4 fields, its fragments included; at most 3 are allowed.",
            await GuardSchema.MessageOfAsync("query Q { name b: name self { name } }", options => options.Limits.MaxFields = 3));
        Assert.Equal(
            "The operation is 3 fields deep; at most 2 are allowed.",
            await GuardSchema.MessageOfAsync("{ self { self { name } } }", options => options.Limits.MaxDepth = 2));
    }

    [Fact]
    public async Task FragmentsThatDouble_64Times_SaturateAndAreRefusedAtOnce()
    {
        var document = Doubling(64, "a: self { ...F# } b: self { ...F# }");

        Assert.Equal(ErrorCodes.TooDeep, await GuardSchema.CodeOfAsync(document));
        Assert.Equal(ErrorCodes.TooManyFields, await GuardSchema.CodeOfAsync(document, options => options.Limits.MaxDepth = 100));
        Assert.Contains("has 2147483647 or more fields", await GuardSchema.MessageOfAsync(document, options => options.Limits.MaxDepth = 100), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FragmentsThatDoubleInOneSelectionSet_64Times_AreOneField() =>
        Assert.Null(await GuardSchema.CodeOfAsync(Doubling(64, "...F# ... { ...F# } ... on Query { ...F# }")));

    [Fact]
    public async Task FragmentCycle_Measured_IsTheCyclesError()
    {
        Assert.Equal(
            "Cannot spread fragment \"A\" within itself via \"B\".",
            await GuardSchema.MessageOfAsync("{ ...A } fragment A on Query { self { ...B } } fragment B on Query { self { ...A } }"));
    }

    [Fact]
    public async Task LongestDocumentOfManySets_EachReachingManyFragments_IsMeasuredInItsOwnTime()
    {
        var document = new StringBuilder("{ ");
        for (var i = 0; i < 900; i++)
        {
            document.Append(CultureInfo.InvariantCulture, $"s{i}: self {{ ...F0 }} ");
        }

        document.Append('}').Append(Doubling(400, "...F#")["{ ...F0 }".Length..]);

        Assert.Equal(ErrorCodes.TooManyAliases, await GuardSchema.CodeOfAsync(document.ToString()));
    }

    [Fact]
    public void Defaults_Stay()
    {
        var limits = new OperationLimits();

        Assert.Equal(
            (50, 5_000, 1_000, 500, 500, 20, 50, 500, 200, 2, 100_000, 4 * 1024 * 1024, 64),
            (limits.MaxDepth, limits.MaxFields, limits.MaxBreadth, limits.MaxAliases, limits.MaxDirectives, limits.MaxDirectivesPerLocation,
                limits.MaxOperations, limits.MaxFragments, limits.MaxVariables, limits.MaxIntrospectionDepth, limits.MaxListItems, limits.MaxVariablesBytes,
                limits.MaxVariablesDepth));
    }

    /// <summary>A chain of fragments; <c>#</c> in <paramref name="body"/> is the next one's number.</summary>
    private static string Doubling(int levels, string body)
    {
        var document = new StringBuilder("{ ...F0 }");
        for (var i = 0; i < levels; i++)
        {
            var content = i == levels - 1 ? "name" : body.Replace("#", (i + 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            document.Append(CultureInfo.InvariantCulture, $" fragment F{i} on Query {{ {content} }}");
        }

        return document.ToString();
    }

    private static async Task AssertBoundAsync(string document, int bound, string code, Action<OperationLimits, int> set)
    {
        Assert.Null(await GuardSchema.CodeOfAsync(document, options => set(options.Limits, bound)));
        Assert.Equal(code, await GuardSchema.CodeOfAsync(document, options => set(options.Limits, bound - 1)));
    }
}
