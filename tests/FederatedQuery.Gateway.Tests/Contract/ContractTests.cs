using FederatedQuery.Gateway.Hosting;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.GraphQL.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Gateway.Tests.Contract;

/// <summary>The served schema against the public contract: whatever exists is exactly as promised.</summary>
public class ContractTests
{
    private static readonly Dictionary<string, TypeDefinitionNode> Promised = ContractSchema.Types(ContractSchema.Read());
    private static readonly Dictionary<string, TypeDefinitionNode> Served = ContractSchema.Types(Utf8Parser.Parse(SchemaPrinter.Print(BuildSchema())));

    /// <summary>What is served beyond the contract.</summary>
    private static readonly Dictionary<string, string[]> Additions = new() { ["Mutation"] = ["cancelJob", "resumeJob"], ["Table"] = ["files", "partitions"] };

    private static readonly string[] AddedTypes = ["TableFile", "TableFileConnection", "TablePartition", "TablePartitionConnection"];

    public static TheoryData<string> ServedTypes => new(Served.Keys.Except(AddedTypes).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(ServedTypes))]
    public void Schema_EachType_HasThePromisedMembers(string name)
    {
        Assert.True(Promised.TryGetValue(name, out var promised), $"The contract has no type '{name}'.");
        var promisedMembers = ContractSchema.Members(promised!);
        var servedMembers = ContractSchema.Members(Served[name]);
        foreach (var addition in Additions.GetValueOrDefault(name, []))
        {
            Assert.True(servedMembers.Remove(addition), $"'{name}' has no member '{addition}'.");
        }

        // The root types grow with later versions; all others are whole from the first day.
        var expected = name is "Query" or "Mutation" or "Subscription" ? promisedMembers.Where(member => servedMembers.ContainsKey(member.Key)) : promisedMembers;
        Assert.Equal(
            expected.OrderBy(member => member.Key, StringComparer.Ordinal),
            servedMembers.OrderBy(member => member.Key, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ServedTypes))]
    public void Schema_EachDescriptionOfTheContract_IsServed(string name)
    {
        if (Served[name] is ScalarTypeDefinitionNode)
        {
            // The library describes its scalars in more detail.
            return;
        }

        var served = ContractSchema.Descriptions(Served[name]);
        var servedMembers = ContractSchema.Members(Served[name]);
        var promised = ContractSchema.Descriptions(Promised[name])
            .Where(description => description.Key.StartsWith("type ", StringComparison.Ordinal) || servedMembers.ContainsKey(description.Key));

        Assert.All(promised, description => Assert.Equal(description.Value, served.GetValueOrDefault(description.Key)));
    }

    [Theory]
    [InlineData("Query", "postgresQuery")]
    [InlineData("Query", "icebergQuery")]
    [InlineData("Query", "federatedQuery")]
    [InlineData("Query", "postgresTables")]
    [InlineData("Query", "icebergTables")]
    [InlineData("Query", "tables")]
    [InlineData("Query", "table")]
    [InlineData("Query", "postgresTableStats")]
    [InlineData("Query", "icebergTableStats")]
    [InlineData("Query", "getRecommendedDataSource")]
    [InlineData("Query", "jobs")]
    [InlineData("Query", "job")]
    [InlineData("Mutation", "configureTiering")]
    [InlineData("Mutation", "archiveTable")]
    [InlineData("Mutation", "configureTableMaintenance")]
    [InlineData("Mutation", "runTableMaintenance")]
    [InlineData("Mutation", "setupAnalyticsIntegration")]
    [InlineData("Mutation", "repartitionTable")]
    [InlineData("Mutation", "materializeQuery")]
    [InlineData("Subscription", "jobChanged")]
    [InlineData("Subscription", "logTail")]
    public void Schema_FieldOfThisVersion_Exists(string type, string field) =>
        Assert.Contains(field, ContractSchema.Members(Served[type]).Keys);

    private static Schema BuildSchema()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders());
        services.AddGateway(TestSettings.ReadRight());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<GraphQLServer>().Schema;
    }
}
