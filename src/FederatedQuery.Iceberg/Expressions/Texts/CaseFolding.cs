using System.Text;

namespace FederatedQuery.Iceberg.Expressions.Texts;

/// <summary>
/// Which characters are the same letter in upper and lower case, one to one, of every script. ASCII letters are the case of ASCII letters only (the Kelvin
/// sign is no K, the long s no S): what is found of a text's ASCII words does not depend on what is around them.
/// </summary>
public static class CaseFolding
{
    /// <summary>Beyond this there are no scripts with case.</summary>
    private const int Limit = 0x1F000;

    private static readonly int[] Folded = MakeFolded();

    private static readonly Dictionary<int, int[]> Classes = Enumerable.Range(0x80, Limit - 0x80).Where(codePoint => !IsSurrogate(codePoint))
        .GroupBy(Fold).Where(group => group.Count() > 1).ToDictionary(group => group.Key, group => group.ToArray());

    /// <summary>The one that stands for all cases of a letter; the character itself when it has none.</summary>
    public static int Fold(int codePoint) => codePoint < 0x80
        ? codePoint is >= 'A' and <= 'Z' ? codePoint | 0x20 : codePoint
        : codePoint < Limit ? Folded[codePoint] : codePoint;

    /// <summary>All characters that fold to it, ascending.</summary>
    /// <param name="folded">A result of <see cref="Fold"/>.</param>
    public static IReadOnlyList<int> VariantsOf(int folded) => folded switch
    {
        >= 'a' and <= 'z' => [folded & ~0x20, folded],
        _ => Classes.GetValueOrDefault(folded) ?? [folded],
    };

    private static int[] MakeFolded()
    {
        var folded = new int[Limit];
        for (var codePoint = 0; codePoint < Limit; codePoint++)
        {
            folded[codePoint] = codePoint;
            if (codePoint >= 0x80 && !IsSurrogate(codePoint))
            {
                var rune = Rune.ToLowerInvariant(Rune.ToUpperInvariant(new Rune(codePoint)));
                folded[codePoint] = rune.Value >= 0x80 ? rune.Value : codePoint;
            }
        }

        // Upper, then lower case is not always where lower case ends up: taken twice it is.
        for (var codePoint = 0x80; codePoint < Limit; codePoint++)
        {
            folded[codePoint] = folded[folded[codePoint]];
        }

        return folded;
    }

    private static bool IsSurrogate(int codePoint) => codePoint is >= 0xD800 and <= 0xDFFF;
}
