using System.Globalization;
using FederatedQuery.Hot.Control.Mutations;

namespace FederatedQuery.Tiering.RowChanges;

/// <summary>What a change of rows may do at all.</summary>
internal static class RowChangeRules
{
    /// <exception cref="TieringException">NotAllowed.</exception>
    public static void RequireAllowed(RowChange change, RowMutations allowed)
    {
        if (!allowed.HasFlag(change.Operation))
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Rows of table '{change.Table}' may not be changed by {change.Operation.ToString().ToUpperInvariant()}: allow it with configureRowMutations, or `rowMutations` of configureTiering.");
        }
    }

    /// <param name="keys">One of them is not new.</param>
    /// <param name="where">Where it is, to follow the sentence.</param>
    public static TieringException KnownKey(string table, NewKeys keys, string where) => new(
        TieringErrorKind.ConstraintViolated,
        $"Nothing was inserted into table '{table}': there is a row with the primary key ({string.Join(", ", keys.Columns)}) of one of the new ones{where}.");

    /// <summary>More rows than <see cref="RowChanger.MostRows"/>.</summary>
    public static TieringException TooMany(RowChange change) => new(
        TieringErrorKind.InvalidArgument,
        change.Operation == RowMutations.Insert
            ? string.Create(CultureInfo.InvariantCulture, $"`rows` has {change.Rows.Count} rows; it may have at most {RowChanger.MostRows}. Nothing was inserted.")
            : string.Create(CultureInfo.InvariantCulture, $"`where` selects more than {RowChanger.MostRows} rows of table '{change.Table}', which is the most that one mutation changes. Nothing was changed; narrow it down."));
}
