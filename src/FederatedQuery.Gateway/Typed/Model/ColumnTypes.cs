using System.Collections.Immutable;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Typed.Naming;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Typed.Model;

/// <summary>Gives the columns of one table their names and types.</summary>
/// <param name="typeName">Of the table's rows.</param>
/// <param name="types">Takes the names of types that structs need.</param>
internal sealed class ColumnTypes(string typeName, NameScope types)
{
    public ImmutableArray<TypedColumn> Of(RegisteredTable table)
    {
        var known = table.Schema.Fields.Where(field => IsKnown(field.Type, table.JsonFieldIds.Contains(field.Id))).ToList();
        var names = Names(known);
        var key = PrimaryKeyOf(table);
        var references = (table.Hot?.ForeignKeys ?? []).SelectMany(foreign => foreign.Columns).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. known.Select(field => new TypedColumn(names[field], field, TypeOf(field, table.JsonFieldIds, typeName + GraphQLNames.Type(GraphQLNames.Words(field.Name))))
            {
                IsKey = key is [var only] && only == field.Name,
                IsInKey = key.Contains(field.Name),
                IsReference = references.Contains(field.Name),
                IsRequired = field.Required && (table.Cold is null || table.Hot is null || ColdColumnOf(table, field) is { Required: true }),
            }),
        ];
    }

    /// <summary>Columns that GraphQL has no type for.</summary>
    public static IEnumerable<(string Name, string Type)> LeftOut(RegisteredTable table) =>
        table.Schema.Fields.Where(field => !IsKnown(field.Type, table.JsonFieldIds.Contains(field.Id))).Select(field => (field.Name, field.Type.ToString()))
            .Concat((table.Hot?.UnsupportedColumns ?? []).Select(column => (column.Name, column.Type)));

    /// <summary>Whether the type map has the type, and all types inside of it.</summary>
    public static bool IsKnown(IcebergType type, bool isJson) => type switch
    {
        ListType list => IsKnown(list.ElementField.Type, isJson: false),
        StructType fields => !fields.Fields.IsEmpty && fields.Fields.All(field => IsKnown(field.Type, isJson: false)),
        _ => ScalarKinds.Of(type, isJson) is not null,
    };

    private static IReadOnlyList<string> PrimaryKeyOf(RegisteredTable table) => table switch
    {
        { Tiering: { } tiering } => tiering.PrimaryKey,
        { Hot: { } hot } => hot.PrimaryKey,
        _ => [.. table.Schema.IdentifierFieldIds.Select(id => table.Schema.FindName(id)!)],
    };

    /// <summary>Cold rows may be from a time when the column was not required yet, or not there.</summary>
    private static NestedField? ColdColumnOf(RegisteredTable table, NestedField field) =>
        table.Cold!.Metadata.CurrentSchema.Fields.FirstOrDefault(cold => cold.Name == field.Name);

    private ColumnType TypeOf(NestedField field, IReadOnlySet<int> json, string objectName) => field.Type switch
    {
        ListType list => new ListColumn(TypeOf(list.ElementField, json, objectName)),
        StructType fields => ObjectOf(fields, json, types.Take([objectName], TypeFamily.OfStruct)),
        _ => new ScalarColumn(ScalarKinds.Of(field.Type, json.Contains(field.Id))!.Value),
    };

    private ObjectColumn ObjectOf(StructType type, IReadOnlySet<int> json, string name)
    {
        var names = Names(type.Fields);
        return new ObjectColumn(
            name,
            [
                .. type.Fields.Select(field => new ObjectColumnField(
                    names[field], field.Name, TypeOf(field, json, name + GraphQLNames.Type(GraphQLNames.Words(field.Name))), field.Doc)),
            ]);
    }

    /// <summary>Columns whose name is a name of GraphQL keep it; the others follow in the order of the table, which new columns do not change.</summary>
    private static Dictionary<NestedField, string> Names(IReadOnlyList<NestedField> fields)
    {
        var scope = new NameScope();
        return fields.OrderBy(field => GraphQLNames.Field(GraphQLNames.Words(field.Name)) != field.Name)
            .ToDictionary(field => field, field => scope.Take(GraphQLNames.Field(GraphQLNames.Words(field.Name))));
    }
}
