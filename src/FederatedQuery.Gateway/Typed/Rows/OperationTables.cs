using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>What one operation reads: its tables, and of each the columns that it needs anywhere. Found before anything is read, since a read session must know all its tables.</summary>
internal sealed class OperationTables
{
    private readonly TypeTables _types;
    private readonly Dictionary<TypedTable, SortedSet<int>> _columns = [];
    private readonly HashSet<TypedTable> _filtered = [];

    private OperationTables(TypeTables types) => _types = types;

    public IReadOnlyCollection<TypedTable> Tables => _columns.Keys;

    public static OperationTables Of(IEnumerable<ISelectedField> rootFields, TypeTables types)
    {
        var found = new OperationTables(types);
        foreach (var field in rootFields)
        {
            found.Visit(field);
        }

        return found;
    }

    /// <summary>Ids of the columns of a table that are selected anywhere.</summary>
    public IEnumerable<int> ColumnsOf(TypedTable table) => _columns[table];

    /// <summary>Ids of the columns that the fields selected on a row need: its own, and those by which related rows are found.</summary>
    public static IEnumerable<int> ColumnsOf(TypedTable table, IEnumerable<ISelectedField> rowFields) => rowFields
        .SelectMany(field =>
            table.Columns.FirstOrDefault(column => column.Name == field.Definition.Name) is { } column ? [column.FieldId]
            : table.Parents.Concat(table.Children).FirstOrDefault(relation => relation.Name == field.Definition.Name) is { } relation ? relation.Fields.AsEnumerable()
            : [])
        .Distinct();

    /// <summary>The fields selected on the rows of a connection.</summary>
    public static IEnumerable<ISelectedField> RowFieldsOf(IEnumerable<ISelectedField> connectionFields) => connectionFields.SelectMany(field => field.Definition.Name switch
    {
        "nodes" => field.Fields,
        "edges" => field.Fields.Where(edge => edge.Definition.Name == "node").SelectMany(node => node.Fields),
        _ => [],
    });

    private void Visit(ISelectedField field)
    {
        if (_types.Find(field.Definition.Type.Named) is { } table)
        {
            var columns = Add(table);
            if (field.HasArgument("where"))
            {
                AddParents(table);
            }

            if (field.Definition.Type.Named.Name == table.TypeName)
            {
                columns.UnionWith(ColumnsOf(table, field.Fields));
            }
        }

        foreach (var child in field.Fields)
        {
            Visit(child);
        }
    }

    /// <summary>Filters may ask for what parents, and their parents, are like.</summary>
    private void AddParents(TypedTable table)
    {
        if (!_filtered.Add(table))
        {
            return;
        }

        foreach (var relation in table.Parents)
        {
            Add(relation.Target);
            AddParents(relation.Target);
        }
    }

    private SortedSet<int> Add(TypedTable table)
    {
        if (!_columns.TryGetValue(table, out var columns))
        {
            _columns.Add(table, columns = []);
        }

        return columns;
    }
}
