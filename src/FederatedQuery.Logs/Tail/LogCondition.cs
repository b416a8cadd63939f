using System.Text;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs.Tail;

/// <summary>
/// A predicate over log records in memory: made once per subscriber, asked for every record. What it selects is what both tiers select by the same
/// <see cref="Expression"/>. Comparisons of texts read them where they are; whatever else there is gets decoded values.
/// </summary>
internal static class LogCondition
{
    /// <summary>Of all records.</summary>
    public static Func<TailRecord, bool> All { get; } = _ => true;

    /// <param name="filter">Over the columns of <see cref="LogTable.Schema"/>, by name.</param>
    public static Func<TailRecord, bool> Compile(Expression filter) => Compile(filter.Bind(LogTable.Schema));

    private static Func<TailRecord, bool> Compile(BoundExpression expression)
    {
        switch (expression)
        {
            case BoundConstant { Value: true }:
                return All;
            case BoundConstant:
                return _ => false;
            case BoundAnd and:
                {
                    var (left, right) = (Compile(and.Left), Compile(and.Right));
                    return record => left(record) && right(record);
                }

            case BoundOr or:
                {
                    var (left, right) = (Compile(or.Left), Compile(or.Right));
                    return record => left(record) || right(record);
                }

            case BoundUnaryPredicate { Reference: var reference, Operation: UnaryOperation.IsNull }:
                return record => !record.TryGetUtf8(reference.FieldId, out _);
            case BoundUnaryPredicate { Reference: var reference, Operation: UnaryOperation.NotNull }:
                return record => record.TryGetUtf8(reference.FieldId, out _);
            case BoundLiteralPredicate { Reference.FieldId: 2 } time:
                return OfTime(time.Operation, time.Value.AsLong) ?? OfValue(time);
            case BoundLiteralPredicate { Value: { TypeId: TypeId.String } value } text when IsEncodable(value.AsString):
                return OfText(text.Operation, text.Reference.FieldId, Encoding.UTF8.GetBytes(value.AsString)) ?? OfValue(text);
            case BoundSetPredicate { Values: var values } set when values.All(value => value.TypeId == TypeId.String && IsEncodable(value.AsString)):
                return OfSet(set.Operation == SetOperation.In, set.Reference.FieldId, [.. values.Select(value => Encoding.UTF8.GetBytes(value.AsString))]);
            case BoundTestPredicate { Reference.FieldId: var field, Test: var test, IsNegated: var isNegated }:
                return record => (record.TryGetUtf8(field, out var text) && test.Matches(text)) != isNegated;
            case BoundPredicate predicate:
                return OfValue(predicate);
            default:
                throw new System.Diagnostics.UnreachableException(expression.GetType().Name);
        }
    }

    private static Func<TailRecord, bool>? OfTime(LiteralOperation operation, long micros) => operation switch
    {
        LiteralOperation.LessThan => record => record.TimestampMicros < micros,
        LiteralOperation.LessThanOrEqual => record => record.TimestampMicros <= micros,
        LiteralOperation.GreaterThan => record => record.TimestampMicros > micros,
        LiteralOperation.GreaterThanOrEqual => record => record.TimestampMicros >= micros,
        LiteralOperation.Equal => record => record.TimestampMicros == micros,
        LiteralOperation.NotEqual => record => record.TimestampMicros != micros,
        _ => null,
    };

    /// <summary>The order of UTF-8 is that of code points.</summary>
    private static Func<TailRecord, bool>? OfText(LiteralOperation operation, int field, byte[] value) => operation switch
    {
        LiteralOperation.LessThan => record => record.TryGetUtf8(field, out var text) && text.SequenceCompareTo(value) < 0,
        LiteralOperation.LessThanOrEqual => record => record.TryGetUtf8(field, out var text) && text.SequenceCompareTo(value) <= 0,
        LiteralOperation.GreaterThan => record => record.TryGetUtf8(field, out var text) && text.SequenceCompareTo(value) > 0,
        LiteralOperation.GreaterThanOrEqual => record => record.TryGetUtf8(field, out var text) && text.SequenceCompareTo(value) >= 0,
        LiteralOperation.Equal => record => record.TryGetUtf8(field, out var text) && text.SequenceEqual(value),
        LiteralOperation.NotEqual => record => !(record.TryGetUtf8(field, out var text) && text.SequenceEqual(value)),
        LiteralOperation.StartsWith => record => record.TryGetUtf8(field, out var text) && text.StartsWith(value),
        LiteralOperation.NotStartsWith => record => !(record.TryGetUtf8(field, out var text) && text.StartsWith(value)),
        _ => null,
    };

    private static Func<TailRecord, bool> OfSet(bool isIn, int field, byte[][] values) => record => (record.TryGetUtf8(field, out var text) && Contains(values, text)) == isIn;

    private static bool Contains(byte[][] values, ReadOnlySpan<byte> text)
    {
        foreach (var value in values)
        {
            if (text.SequenceEqual(value))
            {
                return true;
            }
        }

        return false;
    }

    private static Func<TailRecord, bool> OfValue(BoundPredicate predicate) => record => predicate.Matches(reference => record.GetLiteral(reference.FieldId));

    /// <summary>A text with half a surrogate pair is none in UTF-8, and equals none.</summary>
    private static bool IsEncodable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
