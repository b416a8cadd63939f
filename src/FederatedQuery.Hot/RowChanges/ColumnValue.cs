using System.Collections.Immutable;
using System.Text;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.RowChanges;

/// <summary>A value that a column is given, in the words of the type map; as SQL a constant without a type, which PostgreSQL reads as the column's own.</summary>
public abstract record ColumnValue
{
    public static ColumnValue Null { get; } = new NullValue();

    /// <summary>What the column has when nobody gives it a value.</summary>
    public static ColumnValue Default { get; } = new DefaultValue();

    /// <summary>Null: it is none of a primitive type, or null, or the default.</summary>
    public Literal? Literal => this is LiteralValue { Value: var value } ? value : null;

    public static ColumnValue Of(Literal value) => new LiteralValue(value);

    public static ColumnValue List(IEnumerable<ColumnValue> items) => new ListValue([.. items]);

    /// <summary>A composite value.</summary>
    /// <param name="fields">All of them, in the type's order.</param>
    public static ColumnValue Record(IEnumerable<ColumnValue> fields) => new RecordValue([.. fields]);

    /// <summary>As it can stand in VALUES and behind SET.</summary>
    /// <param name="column">For messages.</param>
    /// <exception cref="HotException">Argument: PostgreSQL has no such value.</exception>
    internal string ToSql(string column) => this switch
    {
        DefaultValue => "DEFAULT",
        NullValue => "NULL",
        _ => SqlLiteral.Text(Text(column)),
    };

    private string Text(string column) => this switch
    {
        LiteralValue { Value: var literal } => SqlLiteral.TextOf(literal) ?? throw new HotException(
            HotErrorKind.Argument,
            literal.TypeId == TypeId.String
                ? $"The text for column '{column}' holds U+0000 or half of a surrogate pair, which no text in PostgreSQL can. Leave it out."
                : $"{literal} is no value that column '{column}' can have in PostgreSQL."),
        ListValue { Items: var items } => $"{{{string.Join(',', items.Select(item => item is NullValue ? "NULL" : Quoted(item.Text(column), '\\')))}}}",
        RecordValue { Fields: var fields } => $"({string.Join(',', fields.Select(field => field is NullValue ? "" : Quoted(field.Text(column), '"')))})",
        _ => throw new System.Diagnostics.UnreachableException(ToString()),
    };

    /// <summary>Within the text of an array or a composite value.</summary>
    private static string Quoted(string text, char escape)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
        {
            if (character is '"' or '\\')
            {
                // A backslash is doubled in both.
                quoted.Append(character == '"' ? escape : '\\');
            }

            quoted.Append(character);
        }

        return quoted.Append('"').ToString();
    }

    private sealed record NullValue : ColumnValue;

    private sealed record DefaultValue : ColumnValue;

    private sealed record LiteralValue(Literal Value) : ColumnValue;

    private sealed record ListValue(ImmutableArray<ColumnValue> Items) : ColumnValue;

    private sealed record RecordValue(ImmutableArray<ColumnValue> Fields) : ColumnValue;
}

/// <summary>A column by its name in the table, and what it is given.</summary>
public sealed record ColumnAssignment(string Column, ColumnValue Value);
