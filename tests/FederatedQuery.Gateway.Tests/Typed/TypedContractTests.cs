using FederatedQuery.Gateway.Tests.Contract;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.Hot.Control.Mutations;

namespace FederatedQuery.Gateway.Tests.Typed;

/// <summary>The types of the contract's sample tables against the contract.</summary>
public class TypedContractTests
{
    private static readonly Dictionary<string, TypeDefinitionNode> Promised = ContractSchema.Types(ContractSchema.Read());
    private static readonly Dictionary<string, TypeDefinitionNode> Served = ContractSchema.Types(Utf8Parser.Parse(SampleTables.Print(SampleTables.Sales with { RowMutations = RowMutations.All }, SampleTables.Customers)));

    /// <summary>What is served beyond the contract: rows can be asked for by their keys, and by the rows that refer to them.</summary>
    private static readonly Dictionary<string, string[]> Additions = new() { ["SaleFilterInput"] = ["id", "customerId"], ["CustomerFilterInput"] = ["id", "sales"] };

    public static TheoryData<string> PromisedTypes => new(Promised.Keys.Where(name =>
        name.StartsWith("Sale", StringComparison.Ordinal) || name.StartsWith("Customer", StringComparison.Ordinal) || name is "DateTrunc" or "SortEnumType" or "PageInfo"
        || name.EndsWith("OperationFilterInput", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(PromisedTypes))]
    public void Schema_TypeOfTheSample_IsAsPromised(string name)
    {
        var served = ContractSchema.Members(Served[name]);
        foreach (var addition in Additions.GetValueOrDefault(name, []))
        {
            Assert.True(served.Remove(addition), $"'{name}' has no member '{addition}'.");
        }

        Assert.Equal(ContractSchema.Members(Promised[name]), served);
        var descriptions = ContractSchema.Descriptions(Served[name]);
        Assert.All(ContractSchema.Descriptions(Promised[name]), promised => Assert.Equal(promised.Value, descriptions.GetValueOrDefault(promised.Key)));
    }

    [Theory]
    [InlineData("insertSales")]
    [InlineData("updateSales")]
    [InlineData("deleteSales")]
    public void Schema_MutationOfTheSample_IsAsPromised(string name) =>
        Assert.Equal(ContractSchema.Members(Promised["Mutation"])[name], ContractSchema.Members(Served["Mutation"])[name]);

    [Fact]
    public void Schema_TableThatAllowsNothing_HasNoMutations()
    {
        var served = SampleTables.Print(SampleTables.Sales, SampleTables.Customers);

        Assert.DoesNotContain("insertSales", served, StringComparison.Ordinal);
        Assert.DoesNotContain("deleteCustomers", SampleTables.Print(SampleTables.Sales with { RowMutations = RowMutations.All }, SampleTables.Customers), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sales")]
    [InlineData("salesAggregate")]
    public void Schema_RootFieldOfTheSample_IsAsPromised(string name) =>
        Assert.Equal(ContractSchema.Members(Promised["Query"])[name], ContractSchema.Members(Served["Query"])[name]);
}
