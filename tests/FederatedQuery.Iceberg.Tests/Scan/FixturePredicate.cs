using System.Text.RegularExpressions;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Scan;

/// <summary>The simple predicates that the fixtures state in SQL: a column, an operator, a constant.</summary>
internal static partial class FixturePredicate
{
    public static Expression Parse(string sql, Schema schema)
    {
        var match = Form().Match(sql);
        var column = match.Groups["column"].Value;
        var text = match.Groups["quoted"].Success ? match.Groups["quoted"].Value : match.Groups["value"].Value;
        return match.Groups["operator"].Value switch
        {
            "IS NULL" => Expression.IsNull(column),
            "IS NOT NULL" => Expression.NotNull(column),
            "=" => Expression.Equal(column, Value()),
            "<" => Expression.LessThan(column, Value()),
            "<=" => Expression.LessThanOrEqual(column, Value()),
            ">" => Expression.GreaterThan(column, Value()),
            ">=" => Expression.GreaterThanOrEqual(column, Value()),
            var other => throw new FormatException($"'{other}' in {sql}"),
        };

        Literal Value()
        {
            var type = (PrimitiveType)schema.FindField(column)!.Type;
            var iso = type.TypeId is TypeId.Timestamp or TypeId.Timestamptz ? text.Replace(' ', 'T').Replace("+00", "+00:00") : text;
            return Literal.TryParse(type, iso, out var value) ? value : throw new FormatException($"'{iso}' in {sql} is no {type}.");
        }
    }

    [GeneratedRegex("""^"(?<column>[^"]+)" (?<operator>IS NULL|IS NOT NULL|<=|>=|=|<|>)( (?<value>[^']*'(?<quoted>[^']*)'.*|[^']+))?$""")]
    private static partial Regex Form();
}
