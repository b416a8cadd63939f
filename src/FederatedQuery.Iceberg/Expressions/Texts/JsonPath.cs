using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace FederatedQuery.Iceberg.Expressions.Texts;

/// <summary>One step into a JSON value: the value of a key of an object, or the element of an array.</summary>
/// <param name="Key">Null for an element.</param>
/// <param name="Index">From 0.</param>
public readonly record struct JsonPathStep(string? Key, int Index)
{
    public override string ToString() => Key is null
        ? $"[{Index.ToString(CultureInfo.InvariantCulture)}]"
        : $"[\"{Key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"]";
}

/// <summary>Where in a JSON value another is. Equal when all steps are.</summary>
public sealed class JsonPath : IEquatable<JsonPath>
{
    public const int MaximumLength = 1000;

    private JsonPath(ImmutableArray<JsonPathStep> steps) => Steps = steps;

    /// <summary>From the root; empty: the whole value.</summary>
    public ImmutableArray<JsonPathStep> Steps { get; }

    /// <summary>
    /// Reads <c>a.b[0].c</c>, with or without <c>$.</c> before it. A key that has a dot, a bracket or a quote in it is written <c>"a.b"</c> or <c>["a.b"]</c>; in
    /// quotes (single ones too) a backslash stands before a quote or a backslash.
    /// </summary>
    /// <exception cref="IcebergException">Kind InvalidExpression: not such a path.</exception>
    public static JsonPath Parse(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length is 0 or > MaximumLength)
        {
            throw IcebergException.InvalidExpression($"A JSON path has 1 to {MaximumLength} characters, such as request.headers[0] or \"service.name\"; this one has {path.Length}.");
        }

        var steps = ImmutableArray.CreateBuilder<JsonPathStep>();
        var position = path[0] == '$' && (path.Length == 1 || path[1] is '.' or '[') ? 1 : 0;
        var isFirst = position == 0;
        while (position < path.Length)
        {
            if (path[position] == '[')
            {
                steps.Add(Bracketed(path, ref position));
            }
            else if (isFirst || path[position] == '.')
            {
                position += isFirst ? 0 : 1;
                steps.Add(new JsonPathStep(Key(path, ref position), 0));
            }
            else
            {
                throw Invalid(path, position, "'.' or '['");
            }

            isFirst = false;
        }

        return new JsonPath(steps.ToImmutable());
    }

    public bool Equals(JsonPath? other) => other is not null && Steps.AsSpan().SequenceEqual(other.Steps.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as JsonPath);

    public override int GetHashCode() => Steps.IsEmpty ? 0 : HashCode.Combine(Steps.Length, Steps[^1]);

    public override string ToString() => "$" + string.Concat(Steps);

    private static JsonPathStep Bracketed(string path, ref int position)
    {
        position++;
        JsonPathStep step;
        if (position < path.Length && path[position] is '"' or '\'')
        {
            step = new JsonPathStep(Quoted(path, ref position), 0);
        }
        else
        {
            var start = position;
            while (position < path.Length && char.IsAsciiDigit(path[position]))
            {
                position++;
            }

            step = int.TryParse(path.AsSpan(start, position - start), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? new JsonPathStep(null, index)
                : throw Invalid(path, start, "the number of an element or a key in quotes");
        }

        if (position >= path.Length || path[position] != ']')
        {
            throw Invalid(path, position, "']'");
        }

        position++;
        return step;
    }

    private static string Key(string path, ref int position)
    {
        if (position < path.Length && path[position] is '"' or '\'')
        {
            return Quoted(path, ref position);
        }

        var start = position;
        while (position < path.Length && path[position] is not ('.' or '[' or ']' or '"' or '\''))
        {
            position++;
        }

        return position == start ? throw Invalid(path, position, "a key") : path[start..position];
    }

    private static string Quoted(string path, ref int position)
    {
        var (opening, quote) = (position, path[position++]);
        var key = new StringBuilder();
        for (; position < path.Length; position++)
        {
            var c = path[position];
            if (c == quote)
            {
                position++;
                return key.ToString();
            }

            if (c == '\\' && position + 1 < path.Length && path[position + 1] is '"' or '\'' or '\\')
            {
                c = path[++position];
            }

            key.Append(c);
        }

        throw Invalid(path, opening, $"a closing {quote} for this one");
    }

    private static IcebergException Invalid(string path, int position, string expected) => IcebergException.InvalidExpression(
        $"'{path}' is not a JSON path: {(position < path.Length ? $"at character {position + 1} there should be {expected}" : $"at its end {expected} is missing")}. "
        + "Paths look like request.headers[0] or \"service.name\".");
}
