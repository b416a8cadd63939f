using System.Text.RegularExpressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Sql;

/// <summary>A constant that a column is compared with.</summary>
/// <param name="TypeName">Its own type, as DuckDB names it.</param>
/// <param name="Written">Its own text.</param>
/// <param name="Value">As the column's type has it: the same value.</param>
internal readonly partial record struct ComparedConstant(string TypeName, string Written, Literal Value)
{
    /// <summary>Below, no two whole numbers are the same DOUBLE.</summary>
    private static readonly Int128 DoubleLimit = (Int128)1 << 53;

    private static readonly Int128 FloatLimit = 1 << 24;

    /// <summary>Decimals of that many digits stay apart as DOUBLE, and as FLOAT, with one digit kept back for the conversion's own error.</summary>
    private static readonly Int128 DecimalDoubleLimit = 100_000_000_000_000;

    private static readonly Int128 DecimalFloatLimit = 100_000;

    private bool IsText => TypeName == "VARCHAR";

    private bool IsExactNumber => TypeName is "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or "UTINYINT" or "USMALLINT" or "UINTEGER"
        or "UBIGINT" or "UHUGEINT" || TypeName.StartsWith("DECIMAL", StringComparison.Ordinal);

    private bool IsTime => TypeName is "DATE" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE";

    /// <summary>
    /// DuckDB compares a column and all constants of an IN or BETWEEN in one type, which is the column's own or a wider one. True when that
    /// gives what comparing the column with each <see cref="Value"/> gives: when it tells all values of the column apart that lie around the
    /// constants, and reads text as the column's type would.
    /// </summary>
    public static bool AreComparedAs(PrimitiveType column, IReadOnlyList<ComparedConstant> constants) => column switch
    {
        // A text column compared with a number is cast to a number.
        StringType => constants.All(constant => constant.IsText),
        IntType or LongType => AreNumbers(constants),
        // Compared with both as DOUBLE, of which 1.1::FLOAT is another than 1.1.
        DecimalType => AreNumbers(constants) && !(constants.Any(constant => constant.TypeName == "FLOAT") && constants.Any(constant => constant.TypeName == "DOUBLE")),
        DateType or TimestampType or TimestamptzType => IsOneType(constants) || AreTimes(column, constants),
        _ => IsOneType(constants) || constants.All(constant => constant.IsExactNumber),
    };

    private static bool IsOneType(IReadOnlyList<ComparedConstant> constants) =>
        constants.All(constant => constant.TypeName == constants[0].TypeName);

    private static bool AreNumbers(IReadOnlyList<ComparedConstant> constants) =>
        constants.All(constant => constant.IsExactNumber)
        || (constants.All(constant => constant.IsText || constant.TypeName == "BOOLEAN") && IsOneType(constants))
        || (constants.All(constant => constant.IsExactNumber || constant.TypeName is "FLOAT" or "DOUBLE")
            && constants.All(constant => constant.IsBelow(constants.Any(other => other.TypeName == "FLOAT"))));

    private static bool AreTimes(PrimitiveType column, IReadOnlyList<ComparedConstant> constants) =>
        constants.All(constant => constant.IsTime || (constant.IsText && (column is DateType ? PlainDate() : PlainTime()).IsMatch(constant.Written)));

    private bool IsBelow(bool isFloat)
    {
        var (number, limit) = Value.TypeId == TypeId.Decimal
            ? (Value.UnscaledValue, isFloat ? DecimalFloatLimit : DecimalDoubleLimit)
            : ((Int128)Value.AsLong, isFloat ? FloatLimit : DoubleLimit);
        return number > -limit && number < limit;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainDate();

    /// <summary>Without an offset, and so the same moment as a TIMESTAMP and as a TIMESTAMP WITH TIME ZONE of a session in UTC.</summary>
    [GeneratedRegex(@"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainTime();
}
