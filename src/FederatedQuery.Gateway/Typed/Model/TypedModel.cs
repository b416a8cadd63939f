using System.Collections.Immutable;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Typed.Naming;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Gateway.Typed.Model;

/// <summary>All tables as GraphQL has them. The same tables give the same names, whatever order they come in.</summary>
internal sealed class TypedModel
{
    private readonly Dictionary<TableIdentifier, TypedTable> _byIdentifier = [];

    private TypedModel()
    {
    }

    public static TypedModel Empty { get; } = new();

    public ImmutableArray<TypedTable> Tables { get; private set; } = [];

    /// <param name="tables">Any; those without a column that GraphQL can name are left out.</param>
    /// <param name="rootFields">Names of fields that the root types have already.</param>
    /// <param name="typeNames">Names of types that the schema has already.</param>
    public static TypedModel Of(IEnumerable<RegisteredTable> tables, IEnumerable<string> rootFields, IEnumerable<string> typeNames)
    {
        var fields = new NameScope(rootFields);
        var types = new NameScope(typeNames);
        var model = new TypedModel();

        // Those whose name is a name of GraphQL keep it, whatever comes beside them later.
        var ordered = tables
            .OrderBy(table => FieldNameOf(table) != table.ToString())
            .ThenBy(table => table.Namespace != RegisteredTable.DefaultNamespace)
            .ThenBy(table => table.Namespace, StringComparer.Ordinal)
            .ThenBy(table => table.Name, StringComparer.Ordinal);
        foreach (var table in ordered)
        {
            if (table.Schema.Fields.Any(field => ColumnTypes.IsKnown(field.Type, table.JsonFieldIds.Contains(field.Id))))
            {
                model._byIdentifier.Add(table.Identifier, Describe(table, fields, types));
            }
        }

        model.Tables = [.. model._byIdentifier.Values.OrderBy(table => table.RootField, StringComparer.Ordinal)];
        model.Relate();
        return model;
    }

    private static IReadOnlyList<string> WordsOf(RegisteredTable table) => table.Namespace == RegisteredTable.DefaultNamespace
        ? GraphQLNames.Words(table.Name)
        : [.. GraphQLNames.Words(table.Namespace), .. GraphQLNames.Words(table.Name)];

    private static string FieldNameOf(RegisteredTable table) => GraphQLNames.Field(WordsOf(table));

    private static TypedTable Describe(RegisteredTable table, NameScope fields, NameScope types)
    {
        var words = WordsOf(table);
        IReadOnlyList<string> singular = words.Count == 0 ? words : [.. words.SkipLast(1), Singular.Of(words[^1])];
        var typeName = types.Take([GraphQLNames.Type(singular)], TypeFamily.Of);
        return new TypedTable
        {
            Table = table,
            RootField = fields.Take([GraphQLNames.Field(words)], TypedTable.RootFieldsOf),
            TypeName = typeName,
            Columns = new ColumnTypes(typeName, types).Of(table),
            Description = DescriptionOf(table),
        };
    }

    private static string? DescriptionOf(RegisteredTable table)
    {
        var comment = table.Hot?.Comment ?? table.Cold?.Metadata.Properties.GetValueOrDefault("comment");
        var leftOut = ColumnTypes.LeftOut(table).ToList();
        var missing = leftOut.Count == 0
            ? null
            : $"Left out, as GraphQL has no type for them: {string.Join(", ", leftOut.Select(column => $"{column.Name} ({column.Type})"))}.";
        var parts = new[] { comment, missing }.Where(part => !string.IsNullOrWhiteSpace(part)).ToList();
        return parts.Count == 0 ? null : string.Join("\n\n", parts);
    }

    private void Relate()
    {
        var keys = Tables
            .SelectMany(table => (table.Table.Hot?.ForeignKeys ?? []).Select(key => (Child: table, Key: key)))
            .Select(pair => (pair.Child, pair.Key, Parent: ParentOf(pair.Key)))
            .Where(pair => pair.Parent is not null)
            .Select(pair => (pair.Child, pair.Key, Parent: pair.Parent!, Fields: IdsOf(pair.Child, pair.Key.Columns), ParentFields: IdsOf(pair.Parent!, pair.Key.ReferencedColumns)))
            .Where(relation => !relation.Fields.IsEmpty && !relation.ParentFields.IsEmpty)
            .OrderBy(relation => relation.Child.RootField, StringComparer.Ordinal).ThenBy(relation => relation.Fields[0])
            .ThenBy(relation => relation.Key.Name, StringComparer.Ordinal)
            .ToList();
        var members = Tables.ToDictionary(table => table, table => new NameScope(table.Columns.Select(column => column.Name)));
        foreach (var (child, key, parent, fields, parentFields) in keys)
        {
            var name = members[child].Take(ParentNames(key, parent));
            child.Parents = child.Parents.Add(new TypedRelation(name, parent, fields, parentFields));
        }

        foreach (var (child, key, parent, fields, parentFields) in keys)
        {
            var name = members[parent].Take(child.RootField, GraphQLNames.Field([.. GraphQLNames.Words(child.RootField), "by", .. key.Columns.SelectMany(GraphQLNames.Words)]));
            parent.Children = parent.Children.Add(new TypedRelation(name, child, parentFields, fields));
        }
    }

    private TypedTable? ParentOf(PostgresForeignKey key) =>
        _byIdentifier.GetValueOrDefault(new TableIdentifier(TableRegistry.NamespaceOf(key.ReferencedTable.Schema), key.ReferencedTable.Name));

    /// <summary>Empty when a column is one that GraphQL does not have.</summary>
    private static ImmutableArray<int> IdsOf(TypedTable table, ImmutableArray<string> columns)
    {
        var ids = columns.Select(name => table.Columns.FirstOrDefault(column => column.Field.Name == name)?.FieldId).ToList();
        return ids.Contains(null) ? [] : [.. ids.Select(id => id!.Value)];
    }

    /// <summary><c>customer_id</c> gives <c>customer</c>; else the type of the other table.</summary>
    private static string[] ParentNames(PostgresForeignKey key, TypedTable parent)
    {
        var type = GraphQLNames.Field(GraphQLNames.Words(parent.TypeName));
        var words = key.Columns is [var only] ? GraphQLNames.Words(only) : [];
        return words is [.., var last] && words.Count > 1 && last.Equals("id", StringComparison.OrdinalIgnoreCase)
            ? [GraphQLNames.Field(words.SkipLast(1)), type]
            : words.Count > 0 ? [type, GraphQLNames.Field([.. words, .. GraphQLNames.Words(parent.TypeName)])] : [type];
    }
}
