using System.Collections.Immutable;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Tests.Typed;

public class TypedModelTests
{
    private static readonly NestedField Id = NestedField.RequiredField(1, "id", IcebergType.Long);

    [Fact]
    public void Of_NamesThatCollide_AreNumberedAlikeInAnyOrder()
    {
        RegisteredTable[] tables = [SampleTables.Table("Orders", Id), SampleTables.Table("orders", Id), SampleTables.Table("order", Id), SampleTables.Table("orders_aggregate", Id)];

        var names = Names(TypedModel.Of(tables, [], []));

        Assert.Equal([("order", "Order"), ("orders", "Order_2"), ("orders_aggregate", "OrdersAggregate"), ("Orders", "Order_3")], names.OrderBy(name => name.Item2, StringComparer.Ordinal).Select(name => (name.Item1, name.Item3)));
        Assert.Equal(["order", "orders", "ordersAggregate_2", "orders_2"], names.Select(name => name.Item2).Order(StringComparer.Ordinal));
        Assert.Equal(names, Names(TypedModel.Of(tables.Reverse(), [], [])));
    }

    [Fact]
    public void Of_NamesOfTheGatewaysOwn_AreNotTaken()
    {
        var model = TypedModel.Of([SampleTables.Table("tables", Id), SampleTables.Table("jobs", Id)], ["tables", "jobs"], ["Table", "JobEdge"]);

        Assert.Equal([("jobs", "jobs_2", "Job_2"), ("tables", "tables_2", "Table_2")], Names(model));
    }

    [Fact]
    public void Of_OtherNamespace_IsInTheName()
    {
        var model = TypedModel.Of([SampleTables.Sales, SampleTables.Sales with { Namespace = "iceberg_db" }], [], []);

        Assert.Equal(["icebergDbSales", "sales"], model.Tables.Select(table => table.RootField));
        Assert.Equal(["IcebergDbSale", "Sale"], model.Tables.Select(table => table.TypeName));
    }

    [Fact]
    public void Of_ColumnsThatCollide_KeepTheirOwnNameFirst()
    {
        var table = SampleTables.Table("t", Id, Text(2, "user_name"), Text(3, "userName"), Text(4, "User Name"), Text(5, "1st"), Text(6, "__typename"));

        var model = TypedModel.Of([table], [], []);

        Assert.Equal(["id", "userName_2", "userName", "userName_3", "_1st", "typename"], model.Tables[0].Columns.Select(column => column.Name));
    }

    [Fact]
    public void Of_SeveralForeignKeys_NamesBothWays()
    {
        var users = SampleTables.Table("users", ["id"], [], Id);
        var orders = SampleTables.Table(
            "orders", ["id"], [Key("a", "buyer_id"), Key("b", "seller_id"), Key("c", "approver")],
            Id, Number(2, "buyer_id"), Number(3, "seller_id"), Number(4, "approver"), Text(5, "buyer"));

        var model = TypedModel.Of([users, orders], [], []);

        var (order, user) = (model.Tables[0], model.Tables[1]);
        Assert.Equal(["user", "seller", "approverUser"], order.Parents.Select(relation => relation.Name));
        Assert.Equal(["orders", "ordersBySellerId", "ordersByApprover"], user.Children.Select(relation => relation.Name));
    }

    [Fact]
    public void Of_TableThatRefersToItself_HasBothWays()
    {
        var employees = SampleTables.Table(
            "employees", ["id"], [new PostgresForeignKey("m", ["manager_id"], new TableName("public", "employees"), ["id"])], Id, Number(2, "manager_id"));

        var model = TypedModel.Of([employees], [], []);

        Assert.Equal("manager", model.Tables[0].Parents.Single().Name);
        Assert.Equal("employees", model.Tables[0].Children.Single().Name);
    }

    [Fact]
    public void Print_ColumnsWithoutGraphQLType_AreLeftOutAndSaid()
    {
        var table = SampleTables.Table("shapes", Id, NestedField.OptionalField(2, "outline", IcebergType.Unknown));
        table = table with { Hot = table.Hot! with { Comment = "What is drawn.", UnsupportedColumns = [new UnsupportedColumn("area", "polygon", "has no counterpart")] } };

        var sdl = SampleTables.Print(table);

        Assert.Contains("What is drawn.\n\nLeft out, as GraphQL has no type for them: outline (unknown), area (polygon).", sdl.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("outline:", sdl, StringComparison.Ordinal);
    }

    /// <summary>Whatever tables are called, the schema is valid.</summary>
    [Fact]
    public void Print_NastyNames_AreValid()
    {
        string[] names = ["query", "Query", "mutation", "__schema", "tables", "table", "job", "jobs", "page_info", "sort_enum_type", "string_operation_filter_input", "long", "date_time", "json", "1", "😀", "", "a b", "a-b", "a.b", "logs", "int", "sales_edge", "sale", "sales", "Sale", "sale connection"];
        var columns = names.Where(name => name.Length > 0).Select((name, i) => NestedField.OptionalField(i + 1, name, IcebergType.String)).ToArray();

        var sdl = SampleTables.Print([.. names.Where(name => name.Length > 0).Select(name => SampleTables.Table(name, columns))]);

        Assert.Contains("type Sale_2 {", sdl, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_EveryTypeOfTheMap_HasItsScalar()
    {
        var address = new StructType(NestedField.OptionalField(30, "street name", IcebergType.String), NestedField.OptionalField(31, "zip", IcebergType.Int));
        var table = SampleTables.Table(
            "things",
            NestedField.OptionalField(1, "truth", IcebergType.Boolean), NestedField.OptionalField(2, "small", IcebergType.Int), NestedField.OptionalField(3, "real", IcebergType.Double),
            NestedField.OptionalField(4, "day", IcebergType.Date), NestedField.OptionalField(5, "clock", IcebergType.Time), NestedField.OptionalField(6, "local", IcebergType.Timestamp),
            NestedField.OptionalField(7, "key", IcebergType.Uuid), NestedField.OptionalField(8, "bytes", IcebergType.Binary),
            NestedField.OptionalField(9, "tags", new ListType(20, IcebergType.String, elementRequired: false)), NestedField.OptionalField(10, "address", address),
            NestedField.OptionalField(11, "document", IcebergType.String));
        table = table with { Hot = table.Hot! with { JsonFieldIds = ImmutableHashSet.Create(11) } };

        var sdl = SampleTables.Print(table).ReplaceLineEndings("\n");

        Assert.Contains(
            """
            type Thing {
              truth: Boolean
              small: Int
              real: Float
              day: Date
              clock: LocalTime
              local: LocalDateTime
              key: UUID
              bytes: Base64String
              tags: [String]
              address: ThingAddress
              document: JSON
            }
            """.ReplaceLineEndings("\n"),
            sdl, StringComparison.Ordinal);
        Assert.Contains("type ThingAddress {\n  streetName: String\n  zip: Int\n}", sdl, StringComparison.Ordinal);
        Assert.Contains("document: JsonPathFilterInput", sdl, StringComparison.Ordinal);
        Assert.Contains("key: UuidOperationFilterInput", sdl, StringComparison.Ordinal);
    }

    private static NestedField Text(int id, string name) => NestedField.OptionalField(id, name, IcebergType.String);

    private static NestedField Number(int id, string name) => NestedField.OptionalField(id, name, IcebergType.Long);

    private static PostgresForeignKey Key(string name, string column) => new(name, [column], new TableName("public", "users"), ["id"]);

    private static (string, string, string)[] Names(TypedModel model) => [.. model.Tables.Select(table => (table.Table.Name, table.RootField, table.TypeName))];
}
