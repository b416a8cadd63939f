using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// Which columns of a table are read, what DuckDB's statements call them (<c>c0</c>, <c>c1</c>, ...: names of tables' columns may differ by case alone), and how predicates over them
/// are said. Immutable.
/// </summary>
internal sealed class RowLayout
{
    private const string Rows = "r";

    private readonly Schema _predicates;
    private readonly Dictionary<int, string> _sql = [];

    /// <param name="table">Whose columns.</param>
    /// <param name="columns">Field ids of columns that are read, whatever else is.</param>
    /// <param name="terms">The order; its columns are read.</param>
    /// <param name="filter">Its columns are read.</param>
    /// <exception cref="FederatedQueryException">BadArgument: there is no such column, or the filter does not suit the columns.</exception>
    public RowLayout(RegisteredTable table, IEnumerable<int> columns, IReadOnlyList<RowTerm> terms, Expression filter)
    {
        Table = table;
        Terms = terms;
        var optional = table.Schema.Fields.Select(field => field with { Required = false }).ToList();
        var texts = terms.Where(term => term.IsText).Select((term, i) => new NestedField(-1 - i, term.Name, term.Type, required: false)).ToList();
        var micros = optional.ConvertAll(field => field.Type is TimestamptzNsType ? field with { Type = IcebergType.Timestamptz } : field);

        // What is required of the hot table may be null in rows that became cold before the column was added.
        _predicates = new Schema(0, [.. micros, .. texts]);
        Visible = [.. columns.Select(id => Find(table, id))];
        var read = Visible.Concat(terms.Select(term => term.Field)).ToList();
        foreach (var (id, _) in ReferencesIn(filter))
        {
            read.Add(table.Schema.Fields.First(field => field.Id == Top(id).Id));
        }

        Read = [.. read.DistinctBy(field => field.Id)];
        ReadSchema = new Schema(0, Read);
        for (var i = 0; i < Read.Length; i++)
        {
            _sql[Read[i].Id] = string.Create(CultureInfo.InvariantCulture, $"{Rows}.c{i}");
        }

        foreach (var (text, term) in texts.Zip(terms.Where(term => term.IsText)))
        {
            _sql[text.Id] = $"{_sql[term.Field.Id]}::VARCHAR";
        }
    }

    public RegisteredTable Table { get; }

    public IReadOnlyList<RowTerm> Terms { get; }

    /// <summary>The columns asked for, in order; a column may be there twice.</summary>
    public ImmutableArray<NestedField> Visible { get; }

    /// <summary>All columns that are read, each once.</summary>
    public ImmutableArray<NestedField> Read { get; }

    /// <summary><see cref="Read"/> as a schema.</summary>
    public Schema ReadSchema { get; }

    /// <summary>What follows a relation with the columns of <see cref="Read"/>.</summary>
    public string Alias => string.Create(CultureInfo.InvariantCulture, $"AS {Rows}({string.Join(", ", Read.Select((_, i) => $"c{i}"))})");

    /// <summary>A column of <see cref="Read"/>.</summary>
    public string Sql(NestedField field) => _sql[field.Id];

    /// <summary>What a term compares.</summary>
    public string Sql(RowTerm term) => term.IsText ? $"{_sql[term.Field.Id]}::VARCHAR" : _sql[term.Field.Id];

    /// <summary>A column as it is given out: text that holds JSON as JSON, also inside of structs and lists.</summary>
    public string Output(NestedField field) => HoldsJson(field) ? $"{_sql[field.Id]}::{OutputType(field)}" : _sql[field.Id];

    /// <summary>Whether a column is given out as it is read; text that holds JSON is, under another name for its type.</summary>
    public bool IsDirect(NestedField field) => field.Type is PrimitiveType || !HoldsJson(field);

    /// <summary>The type under which a column that <see cref="IsDirect"/> is given out.</summary>
    public DuckDBLogicalType DirectType(NestedField field) => OutputType(field);

    public static string OrderBy(RowLayout layout, IEnumerable<RowTerm> terms) =>
        string.Join(", ", terms.Select(term => $"{layout.Sql(term)} {(term.Descending ? "DESC NULLS FIRST" : "ASC NULLS LAST")}"));

    /// <summary>A predicate as a condition of DuckDB's SQL.</summary>
    public string Condition(Expression predicate) => DuckDbPredicates.Of(Bind(predicate), reference =>
    {
        var path = new List<string>();
        var field = _predicates.FindField(reference.FieldId)!;
        for (; field.Parent is { } parent; field = parent)
        {
            path.Insert(0, DuckDBSql.QuoteIdentifier(field.Name));
        }

        return string.Join('.', path.Prepend(_sql[field.Id]));
    });

    public static NestedField Find(RegisteredTable table, int id) => table.Schema.Fields.FirstOrDefault(field => field.Id == id)
        ?? throw new FederatedQueryException(FailureKind.BadArgument, $"Table '{table}' has no column with the field id {id.ToString(CultureInfo.InvariantCulture)}.");

    private bool HoldsJson(NestedField field) => Table.JsonFieldIds.Contains(field.Id) || field.Type switch
    {
        ListType list => HoldsJson(list.ElementField),
        StructType members => members.Fields.Any(HoldsJson),
        _ => false,
    };

    private DuckDBLogicalType OutputType(NestedField field) => field.Type switch
    {
        ListType list => DuckDBLogicalType.List(OutputType(list.ElementField)),
        StructType members => DuckDBLogicalType.Struct([.. members.Fields.Select(member => new DuckDBField(member.Name, OutputType(member)))]),
        _ => Table.JsonFieldIds.Contains(field.Id) ? DuckDBLogicalType.Json : DuckDbTypes.Of(field.Type),
    };

    private BoundExpression Bind(Expression predicate)
    {
        try
        {
            return predicate.Bind(_predicates);
        }
        catch (IcebergException invalid) when (invalid.Kind == IcebergErrorKind.InvalidExpression)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"The filter does not suit table '{Table}': {invalid.Message}", invalid);
        }
    }

    private List<(int FieldId, string Name)> ReferencesIn(Expression filter)
    {
        var found = new List<(int, string)>();
        DuckDbPredicates.Of(Bind(filter), reference =>
        {
            found.Add((reference.FieldId, reference.Name));
            return "";
        });
        return found;
    }

    private SchemaField Top(int id)
    {
        var field = _predicates.FindField(id)!;
        while (field.Parent is { } parent)
        {
            field = parent;
        }

        return field;
    }
}
