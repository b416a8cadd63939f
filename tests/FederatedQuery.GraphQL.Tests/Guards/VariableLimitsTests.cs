using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Tests.Guards;

public class VariableLimitsTests
{
    private const string Document = "query ($l: [Int!], $t: Tree) { count(of: $l, tree: $t) }";

    [Theory]
    [InlineData("""{"l":[1,2,3]}""", 3)]
    [InlineData("""{"t":{"name":"a,b,[,{,,","children":[{"name":"b"},{"name":"c"}]}}""", 2)]
    public async Task Lists_OneItemOver_AreRefused(string variables, int items)
    {
        Assert.Null(await GuardSchema.CodeOfAsync(Document, options => options.Limits.MaxListItems = items, variables));
        Assert.Equal(ErrorCodes.ListTooLong, await GuardSchema.CodeOfAsync(Document, options => options.Limits.MaxListItems = items - 1, variables));
    }

    [Theory]
    [InlineData("""{"l":[1]}""", 2)]
    [InlineData("""{"t":{"name":"[[[[[[[","children":[{"children":[{"name":"c"}]},{"name":"d"}]},"l":[1]}""", 6)]
    public async Task Nesting_OneLevelOver_IsRefused(string variables, int levels)
    {
        Assert.Null(await GuardSchema.CodeOfAsync(Document, options => options.Limits.MaxVariablesDepth = levels, variables));
        Assert.Equal(ErrorCodes.VariablesTooDeep, await GuardSchema.CodeOfAsync(Document, options => options.Limits.MaxVariablesDepth = levels - 1, variables));
    }

    [Fact]
    public async Task Bytes_OneOver_AreRefused()
    {
        const string Variables = """{"l":[1,2]}""";

        Assert.Null(await GuardSchema.CodeOfAsync(Document, options => options.Limits.MaxVariablesBytes = Variables.Length, Variables));
        Assert.Equal(
            "The variables are 11 bytes of JSON; at most 10 are allowed.",
            await GuardSchema.MessageOfAsync(Document, options => options.Limits.MaxVariablesBytes = 10, Variables));
        Assert.Equal(ErrorCodes.VariablesTooLarge, await GuardSchema.CodeOfAsync(Document, options => options.Limits.MaxVariablesBytes = 10, Variables));
    }

    [Fact]
    public async Task Refusal_OfAList_NamesTheVariable() => Assert.Equal(
        "Variable \"$l\" has a list of more than 2 items, which is the most allowed.",
        await GuardSchema.MessageOfAsync(Document, options => options.Limits.MaxListItems = 2, """{"t":{"children":[]},"l":[1,2,3]}"""));
}
