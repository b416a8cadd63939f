using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>What one operation reads: its tables, and of each the columns that it needs anywhere. Found before anything is read, since a read session must know all its tables.</summary>
internal sealed class OperationTables
{
    private readonly IResolverContext _context;
    private readonly TypeTables _types;
    private readonly Dictionary<TypedTable, SortedSet<int>> _columns = [];

    private OperationTables(IResolverContext context, TypeTables types) => (_context, _types) = (context, types);

    public IReadOnlyCollection<TypedTable> Tables => _columns.Keys;

    /// <param name="context">Of any field of the operation.</param>
    public static OperationTables Of(IResolverContext context, TypeTables types)
    {
        var found = new OperationTables(context, types);
        foreach (var field in context.RootFields)
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
            if (field.Definition.FindArgument("where") is not null)
            {
                AddFiltered(table, _context.ArgumentValue<IReadOnlyDictionary<string, object?>?>(field, "where"));
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

    /// <summary>A filter may ask what related rows are like, and what rows related to those are.</summary>
    private void AddFiltered(TypedTable table, IReadOnlyDictionary<string, object?>? where)
    {
        foreach (var (name, value) in where ?? new Dictionary<string, object?>())
        {
            if (value is object?[] parts)
            {
                foreach (var part in parts)
                {
                    AddFiltered(table, part as IReadOnlyDictionary<string, object?>);
                }
            }
            else if (table.Parents.FirstOrDefault(relation => relation.Name == name) is { } parent)
            {
                AddRelated(parent, value);
            }
            else if (table.Children.FirstOrDefault(relation => relation.Name == name) is { } children && value is IReadOnlyDictionary<string, object?> operations)
            {
                foreach (var operation in operations.Values)
                {
                    AddRelated(children, operation);
                }
            }
        }
    }

    private void AddRelated(TypedRelation relation, object? where)
    {
        Add(relation.Target);
        AddFiltered(relation.Target, where as IReadOnlyDictionary<string, object?>);
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
