using System.Collections.Immutable;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Gateway.Typed.Types;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.CodeFirst;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Logs;

namespace FederatedQuery.Gateway.Typed.Refresh;

/// <summary>The tables that the next schema is made of. The table of log records is not among them: it has fields of its own.</summary>
internal sealed class TypedTables
{
    private volatile StaticNames? _static;

    public ImmutableArray<RegisteredTable> Tables { get; private set; } = [];

    public static bool IsTyped(string tableNamespace, string name) =>
        tableNamespace != TableRegistry.NamespaceOf(TableName.DefaultSchema) || name != LogTable.Name;

    public void Use(IEnumerable<RegisteredTable> tables) => Tables = [.. tables];

    /// <summary>Adds the tables' fields to a schema that is being built.</summary>
    public void AddTo(SchemaBuilder schema)
    {
        var names = _static ??= StaticNames.Of(schema);
        var model = TypedModel.Of(Tables, names.RootFields, names.Types);
        var fields = new TypedFields(model);
        schema.AddFields(OperationType.Query, fields.Queries);
        if (model.Tables.Any(table => table.Table.RowMutations != RowMutations.None))
        {
            schema.AddFields(OperationType.Mutation, fields.Mutations);
        }
    }

    /// <summary>What the schema has without any table.</summary>
    private sealed record StaticNames(ImmutableArray<string> RootFields, ImmutableArray<string> Types)
    {
        /// <summary>Types that tables share, and whose names are therefore taken even where no table has them.</summary>
        private static readonly string[] Shared =
            ["PageInfo", "SortEnumType", "DateTrunc", "JsonPathFilterInput", .. OperationInputs.Names, .. OperationInputs.Scalars];

        public static StaticNames Of(SchemaBuilder builder)
        {
            var schema = builder.Clone().Build();
            return new StaticNames(
                [.. schema.QueryType.Fields.Names, .. schema.MutationType?.Fields.Names ?? []],
                [.. schema.Types.Select(type => type.Name), "Subscription", .. Shared]);
        }
    }
}
