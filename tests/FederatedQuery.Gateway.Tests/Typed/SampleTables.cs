using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Gateway.Typed.Refresh;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Schema = FederatedQuery.Iceberg.Spec.Schema;

namespace FederatedQuery.Gateway.Tests.Typed;

/// <summary>Descriptions of tables as introspection gives them, and schemas made of them.</summary>
internal static class SampleTables
{
    public static RegisteredTable Sales { get; } = Table(
        "sales",
        ["id"],
        [new PostgresForeignKey("sales_customer_id_fkey", ["customer_id"], new TableName("public", "customers"), ["id"])],
        NestedField.RequiredField(1, "id", IcebergType.Long),
        NestedField.RequiredField(2, "date", IcebergType.Timestamptz),
        NestedField.OptionalField(3, "region", IcebergType.String),
        NestedField.OptionalField(4, "amount", IcebergType.Decimal(12, 2)),
        NestedField.OptionalField(5, "customer_id", IcebergType.Long));

    public static RegisteredTable Customers { get; } = Table(
        "customers", ["id"], [], NestedField.RequiredField(1, "id", IcebergType.Long), NestedField.OptionalField(2, "name", IcebergType.String));

    public static RegisteredTable Table(string name, params NestedField[] columns) => Table(name, [], [], columns);

    public static RegisteredTable Table(string name, string[] key, PostgresForeignKey[] foreignKeys, params NestedField[] columns) => new()
    {
        Namespace = "default",
        Name = name,
        Hot = new PostgresTable
        {
            Name = new TableName("public", name),
            Oid = 1,
            Schema = new Schema(0, [.. columns]),
            Columns = [.. columns.Select(field => new PostgresColumn(new PostgresType { Oid = 0, Name = field.Type.ToString(), Wire = PostgresWireKind.Other }, field, IsGenerated: false))],
            UnsupportedColumns = [],
            PrimaryKey = [.. key],
            ForeignKeys = [.. foreignKeys],
            JsonFieldIds = [],
        },
        Tiering = null,
        Cold = null,
    };

    /// <summary>The gateway's schema with these tables, as SDL.</summary>
    public static string Print(params RegisteredTable[] tables)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders());
        services.AddGateway(TestSettings.ReadRight());
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<TypedTables>().Use(tables);
        return SchemaPrinter.Print(provider.GetRequiredService<GraphQLServer>().Build());
    }
}
