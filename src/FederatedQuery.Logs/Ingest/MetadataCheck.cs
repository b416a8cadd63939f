using System.Buffers.Text;
using System.Text.Json;

namespace FederatedQuery.Logs.Ingest;

/// <summary>What metadata must be for both tiers to hold it: JSON that PostgreSQL's jsonb takes.</summary>
internal static class MetadataCheck
{
    public const int MaximumDepth = 64;

    /// <summary>jsonb writes numbers out in full: 1e100000 would be 100,001 digits, and 1e-20000 is refused.</summary>
    private const int MaximumExponent = 400;

    private const int MaximumDigits = 1_000;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaximumDepth };

    /// <returns>Null when it can be stored; else why not.</returns>
    public static string? Problem(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return "`metadata` must be a JSON object.";
            }

            do
            {
                if (TokenProblem(ref reader) is { } problem)
                {
                    return problem;
                }
            }
            while (reader.Read());
            return null;
        }
        catch (JsonException error)
        {
            return error.Message.Contains("depth", StringComparison.OrdinalIgnoreCase)
                ? $"`metadata` is nested deeper than {MaximumDepth} levels."
                : $"`metadata` is not valid JSON (byte {error.BytePositionInLine} of line {error.LineNumber}).";
        }
    }

    private static string? TokenProblem(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped => EscapedProblem(ref reader),
        JsonTokenType.Number => NumberProblem(reader.ValueSpan),
        _ => null,
    };

    private static string? EscapedProblem(ref Utf8JsonReader reader)
    {
        // Escapes: \u0000 and halves of surrogate pairs are valid JSON, and no text.
        Span<byte> small = stackalloc byte[256];
        var length = reader.ValueSpan.Length;
        var buffer = length <= small.Length ? small : new byte[length];
        try
        {
            return buffer[..reader.CopyString(buffer)].Contains((byte)0) ? "`metadata` has the character U+0000, which cannot be stored." : null;
        }
        catch (InvalidOperationException)
        {
            return "`metadata` has an escape that is half of a surrogate pair.";
        }
    }

    private static string? NumberProblem(ReadOnlySpan<byte> number)
    {
        var exponent = number.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = exponent < 0 ? number.Length : exponent;
        if (mantissa > MaximumDigits)
        {
            return $"`metadata` has a number of more than {MaximumDigits} digits.";
        }

        if (exponent < 0)
        {
            return null;
        }

        var digits = number[(exponent + 1)..];
        digits = digits[0] is (byte)'+' or (byte)'-' ? digits[1..] : digits;
        return Utf8Parser.TryParse(digits, out int value, out var used) && used == digits.Length && value <= MaximumExponent
            ? null
            : $"`metadata` has a number with an exponent beyond {MaximumExponent}.";
    }
}
