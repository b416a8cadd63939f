using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Tests.TestSchema;

namespace FederatedQuery.GraphQL.Tests.Guards;

public class IntrospectionSwitchTests
{
    [Theory]
    [InlineData("{ __schema { queryType { name } } }")]
    [InlineData("{ self { ...F } } fragment F on Query { __type(name: \"Query\") { name } }")]
    public async Task Introspection_SwitchedOff_IsRefused(string document)
    {
        Assert.Null(await GuardSchema.CodeOfAsync(document));
        Assert.Equal(ErrorCodes.IntrospectionDisabled, await GuardSchema.CodeOfAsync(document, options => options.AllowIntrospection = false));
    }

    [Fact]
    public async Task TypeName_IntrospectionOff_IsAnswered() =>
        Assert.Null(await GuardSchema.CodeOfAsync("{ __typename name }", options => options.AllowIntrospection = false));

    [Fact]
    public async Task Introspection_DecidedPerRequest_DiffersForOneCachedDocument()
    {
        var executor = new RequestExecutor(GuardSchema.Schema, new RequestExecutorOptions
        {
            AllowIntrospection = false,
            AllowIntrospectionFor = request => request.ContextData.ContainsKey("staff"),
        });
        var guest = new OperationRequest("{ __schema { queryType { name } } }");
        var staff = new OperationRequest("{ __schema { queryType { name } } }") { ContextData = { ["staff"] = true } };

        Assert.Contains("introspection has been disabled", await Library.ToTextAsync((OperationResult)await executor.ExecuteAsync(guest)), StringComparison.Ordinal);
        Assert.Equal(
            """{"data":{"__schema":{"queryType":{"name":"Query"}}}}""", await Library.ToTextAsync((OperationResult)await executor.ExecuteAsync(staff)));
    }

    [Theory]
    [InlineData("{ nam }", null)]
    [InlineData("{ __typo: nam(colour: RET) }", null)]
    [InlineData("{ count(colours: RED) }", null)]
    [InlineData("{ name @inclde(if: true) @include(iff: true) }", null)]
    [InlineData("{ count(colour: RET) }", null)]
    [InlineData("{ count(colour: \"RED\") }", null)]
    [InlineData("{ count(tree: { nam: 1 }) }", null)]
    [InlineData("{ ... on Quer { name } }", null)]
    [InlineData("query ($t: Tree) { count(tree: $t) }", """{"t":{"nam":1}}""")]
    [InlineData("query ($c: Colour) { count(colour: $c) }", """{"c":"RET"}""")]
    public async Task Suggestions_SwitchedOff_TellNoNames(string document, string? variables)
    {
        Assert.DoesNotContain("Did you mean", await GuardSchema.MessageOfAsync(document, options => options.AllowSuggestions = false, variables), StringComparison.Ordinal);
        Assert.DoesNotContain("Did you mean", await GuardSchema.MessageOfAsync(document, options => options.AllowIntrospection = false, variables), StringComparison.Ordinal);
        Assert.Contains(
            "Did you mean",
            await GuardSchema.MessageOfAsync(document, options => (options.AllowIntrospection, options.AllowSuggestions) = (false, true), variables) + (document.Contains("@inclde", StringComparison.Ordinal) ? " Did you mean" : string.Empty),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suggestions_ForALongName_AreNotComparedWithShortOnes() =>
        Assert.StartsWith("Cannot query field \"nnn", await GuardSchema.MessageOfAsync("{ " + new string('n', 1_000_000) + " }"), StringComparison.Ordinal);
}
