using System.Text.Json.Nodes;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Says a statement's conditions on one table in the expression model of both tiers: comparisons, BETWEEN, IN, IS NULL, LIKE with a fixed
/// prefix, days of timestamps, and their AND, OR and NOT. What cannot be said is left out: DuckDB applies every condition again.
/// </summary>
/// <param name="reference">The table as the statement names it.</param>
/// <param name="schema">Its columns.</param>
/// <param name="constants">Evaluates what the columns are compared with.</param>
/// <param name="excludedFieldIds">Columns that compare otherwise in the tiers than in the statement (JSON kept as text).</param>
internal sealed class PredicatePusher(
    TableReference reference, Schema schema, ConstantEvaluator constants, IReadOnlySet<int> excludedFieldIds)
{

    /// <summary>The conjunction of everything that can be said; true when there is nothing.</summary>
    public async Task<Expression> PushAsync()
    {
        var pushed = new List<Expression>();
        foreach (var condition in reference.Conditions)
        {
            if (await ConvertAsync(condition.Expression) is { } part && !(condition.MustRejectNull && part.TrueOnNulls))
            {
                pushed.Add(part.Predicate);
            }
        }

        return Expression.And(pushed);
    }

    private async Task<PushedCondition?> ConvertAsync(JsonObject node) => (node.Class(), node.Type()) switch
    {
        ("CONJUNCTION", "CONJUNCTION_AND") => await AndAsync(node),
        ("CONJUNCTION", "CONJUNCTION_OR") => await OrAsync(node),
        ("OPERATOR", "OPERATOR_NOT") => await NotAsync(node.Items("children").Single()),
        ("OPERATOR", "OPERATOR_IS_NULL") => NullTest(node, isNull: true),
        ("OPERATOR", "OPERATOR_IS_NOT_NULL") => NullTest(node, isNull: false),
        ("OPERATOR", "COMPARE_IN") => await InAsync(node),
        ("OPERATOR", "COMPARE_NOT_IN") => (await InAsync(node)) is { IsExact: true } set ? set.Negated() : null,
        ("COMPARISON", _) => await ComparisonAsync(node),
        ("BETWEEN", "COMPARE_BETWEEN") => await BetweenAsync(node),
        ("FUNCTION", _) => await TextTestAsync(node),
        ("COLUMN_REF", _) when ColumnOf(node) is { Type: BooleanType } flag => new(Expression.Equal(flag.FullName, Literal.Boolean(true)), true),
        _ => null,
    };

    private async Task<PushedCondition?> AndAsync(JsonObject node)
    {
        var (parts, isWhole) = await ConvertAllAsync(node);
        return parts.Count == 0 ? null : PushedCondition.And(parts, isWhole);
    }

    private async Task<PushedCondition?> OrAsync(JsonObject node)
    {
        var (parts, isWhole) = await ConvertAllAsync(node);
        return isWhole ? PushedCondition.Or(parts) : null;
    }

    private async Task<(List<PushedCondition> Parts, bool IsWhole)> ConvertAllAsync(JsonObject node)
    {
        var parts = new List<PushedCondition>();
        var isWhole = true;
        foreach (var child in node.Items("children"))
        {
            if (await ConvertAsync(child) is { } part)
            {
                parts.Add(part);
            }
            else
            {
                isWhole = false;
            }
        }

        return (parts, isWhole);
    }

    private async Task<PushedCondition?> NotAsync(JsonObject child) =>
        await ConvertAsync(child) is { IsExact: true } condition ? condition.Negated() : null;

    private PushedCondition? NullTest(JsonObject node, bool isNull) =>
        ColumnOf(node.Items("children").Single()) is { } field
            ? new(isNull ? Expression.IsNull(field.FullName) : Expression.NotNull(field.FullName), true, TrueOnNulls: isNull, FalseOnNulls: !isNull)
            : null;

    private async Task<PushedCondition?> ComparisonAsync(JsonObject node)
    {
        var (left, right) = (node.Child("left")!, node.Child("right")!);
        if (OperationOf(node.Type()) is not { } operation)
        {
            return null;
        }

        return OperandOf(left) is { } leftOperand
            ? await CompareAsync(leftOperand, operation, right)
            : OperandOf(right) is { } rightOperand ? await CompareAsync(rightOperand, Mirrored(operation), left) : null;
    }

    private async Task<PushedCondition?> BetweenAsync(JsonObject node)
    {
        if (OperandOf(node.Child("input")!) is not { } operand)
        {
            return null;
        }

        // Both or none: DuckDB compares the column with both in one type.
        return await ValuesAsync(operand, [node.Child("lower")!, node.Child("upper")!]) is [var lower, var upper]
            && Compare(operand, LiteralOperation.GreaterThanOrEqual, lower) is { } from && Compare(operand, LiteralOperation.LessThanOrEqual, upper) is { } to
            ? PushedCondition.And([from, to], isWhole: true)
            : null;
    }

    private async Task<PushedCondition?> InAsync(JsonObject node)
    {
        var children = node.Items("children").ToList();
        if (OperandOf(children[0]) is not { } operand)
        {
            return null;
        }

        var values = await ValuesAsync(operand, children[1..]);
        if (values is null)
        {
            return null;
        }

        if (!operand.IsDay)
        {
            return new(Expression.In(operand.Field.FullName, [.. values]), true);
        }

        var days = values.Select(day => Day(operand.Field, LiteralOperation.Equal, day)).OfType<PushedCondition>().ToList();
        return days.Count == values.Length ? PushedCondition.Or(days) : null;
    }

    private async Task<PushedCondition?> CompareAsync(Operand operand, LiteralOperation operation, JsonObject constant) =>
        await ValuesAsync(operand, [constant]) is [var value] ? Compare(operand, operation, value) : null;

    private static PushedCondition? Compare(Operand operand, LiteralOperation operation, Literal value) => operand.IsDay
        ? Day(operand.Field, operation, value)
        : new(new LiteralPredicate(operation, operand.Field.FullName, value), true);

    /// <summary>Null unless every expression is a constant that the operand's type holds exactly.</summary>
    private async Task<Literal[]?> ValuesAsync(Operand operand, IReadOnlyList<JsonObject> expressions)
    {
        return expressions.All(ConstantEvaluator.IsConstant)
            ? await constants.EvaluateAsync(expressions, operand.IsDay ? IcebergType.Date : (PrimitiveType)operand.Field.Type)
            : null;
    }

    /// <summary>A timestamp's day compared with a date, as a range of timestamps.</summary>
    private static PushedCondition? Day(SchemaField field, LiteralOperation operation, Literal day)
    {
        var start = (Int128)day.AsInt * EpochTime.MicrosPerDay;
        if (start < long.MinValue || start + EpochTime.MicrosPerDay > long.MaxValue)
        {
            return null;
        }

        Literal At(Int128 microseconds) => field.Type is TimestamptzType ? Literal.Timestamptz((long)microseconds) : Literal.Timestamp((long)microseconds);
        var (from, to) = (At(start), At(start + EpochTime.MicrosPerDay));
        var name = field.FullName;
        Expression? predicate = operation switch
        {
            LiteralOperation.Equal => Expression.And(Expression.GreaterThanOrEqual(name, from), Expression.LessThan(name, to)),
            LiteralOperation.NotEqual => Expression.Or(Expression.LessThan(name, from), Expression.GreaterThanOrEqual(name, to)),
            LiteralOperation.LessThan => Expression.LessThan(name, from),
            LiteralOperation.LessThanOrEqual => Expression.LessThan(name, to),
            LiteralOperation.GreaterThan => Expression.GreaterThanOrEqual(name, to),
            LiteralOperation.GreaterThanOrEqual => Expression.GreaterThanOrEqual(name, from),
            _ => null,
        };
        return predicate is null ? null : new(predicate, true);
    }

    private async Task<PushedCondition?> TextTestAsync(JsonObject node)
    {
        var children = node.Items("children").ToList();
        var function = node.Text("function_name").ToLowerInvariant();
        if (function is not ("~~" or "!~~" or "starts_with" or "prefix" or "^@")
            || children.Count != 2 || ColumnOf(children[0]) is not { Type: StringType } field
            || !ConstantEvaluator.IsConstant(children[1])
            || (await constants.EvaluateAsync([children[1]], IcebergType.String)) is not [var pattern])
        {
            return null;
        }

        if (function is not ("~~" or "!~~"))
        {
            return new(Expression.StartsWith(field.FullName, pattern.AsString), true);
        }

        var condition = Like(field.FullName, pattern.AsString);
        return function == "~~" ? condition : condition is { IsExact: true } ? condition.Negated() : null;
    }

    /// <summary>LIKE has no escape character in DuckDB unless one is named (which makes it another function).</summary>
    private static PushedCondition? Like(string name, string pattern)
    {
        var wildcard = pattern.AsSpan().IndexOfAny('%', '_');
        return wildcard switch
        {
            < 0 => new(Expression.Equal(name, Literal.String(pattern)), true),
            0 => null,
            _ => new(Expression.StartsWith(name, pattern[..wildcard]), pattern.AsSpan(wildcard) is "%"),
        };
    }

    /// <summary>A column, or the day of a timestamp column, that can be compared in the tiers.</summary>
    private Operand? OperandOf(JsonObject node)
    {
        if (ColumnOf(node) is { } field)
        {
            return field.Type is PrimitiveType { HasLiterals: true } and not (BinaryType or FixedType or TimestampNsType or TimestamptzNsType)
                ? new Operand(field, IsDay: false)
                : null;
        }

        return node.Class() == "CAST" && node["try_cast"]?.GetValue<bool>() == false && node.Child("cast_type")?.Text("id") == "DATE"
            && ColumnOf(node.Child("child")!) is { Type: TimestampType or TimestamptzType } timestamp
            ? new Operand(timestamp, IsDay: true)
            : null;
    }

    /// <summary>
    /// The column of this table that a reference means. An unqualified name is this table's if it has such a column: were it another's
    /// too, DuckDB would call it ambiguous, unless USING or NATURAL has made one of both.
    /// </summary>
    private SchemaField? ColumnOf(JsonObject node)
    {
        if (!node.IsColumnReference())
        {
            return null;
        }

        var name = node.ColumnNames() switch
        {
            [var column] when !reference.MeansAnother(column) => column,
            [var table, var column] when Same(table, reference.Alias) => column,
            [var space, var table, var column] when reference.Schema is { } own && Same(space, own) && Same(table, reference.Alias) => column,
            _ => null,
        };
        var field = name is null ? null : schema.Fields.FirstOrDefault(field => Same(field.Name, name));
        return field is null || excludedFieldIds.Contains(field.Id) ? null : schema.FindField(field.Id);
    }

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    private static LiteralOperation? OperationOf(string comparison) => comparison switch
    {
        "COMPARE_EQUAL" => LiteralOperation.Equal,
        "COMPARE_NOTEQUAL" => LiteralOperation.NotEqual,
        "COMPARE_LESSTHAN" => LiteralOperation.LessThan,
        "COMPARE_LESSTHANOREQUALTO" => LiteralOperation.LessThanOrEqual,
        "COMPARE_GREATERTHAN" => LiteralOperation.GreaterThan,
        "COMPARE_GREATERTHANOREQUALTO" => LiteralOperation.GreaterThanOrEqual,
        // IS [NOT] DISTINCT FROM treats null as a value, which no predicate of the tiers does.
        _ => null,
    };

    private static LiteralOperation Mirrored(LiteralOperation operation) => operation switch
    {
        LiteralOperation.LessThan => LiteralOperation.GreaterThan,
        LiteralOperation.LessThanOrEqual => LiteralOperation.GreaterThanOrEqual,
        LiteralOperation.GreaterThan => LiteralOperation.LessThan,
        LiteralOperation.GreaterThanOrEqual => LiteralOperation.LessThanOrEqual,
        _ => operation,
    };

    private sealed record Operand(SchemaField Field, bool IsDay);
}
