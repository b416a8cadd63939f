using System.Buffers;
using System.Text;

namespace FederatedQuery.Iceberg.Expressions.Texts;

/// <summary>A test of a text that no bounds decide: what it finds may stand anywhere. Null is no text and passes none.</summary>
public abstract record TextTest
{
    private const int OnStack = 512;

    private protected TextTest()
    {
    }

    /// <param name="utf8">Well-formed.</param>
    public abstract bool Matches(ReadOnlySpan<byte> utf8);

    public virtual bool Matches(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        try
        {
            var buffer = rented ?? stackalloc byte[OnStack];
            return Matches(buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>To stand after the column's name.</summary>
    public abstract override string ToString();
}

/// <summary>The text has the other in it, by code point.</summary>
public sealed record ContainsTest : TextTest
{
    private readonly byte[] _utf8;

    public ContainsTest(string text)
    {
        Text = text;
        _utf8 = Encoding.UTF8.GetBytes(text);
    }

    public string Text { get; }

    public override bool Matches(ReadOnlySpan<byte> utf8) => utf8.IndexOf(_utf8) >= 0;

    public bool Equals(ContainsTest? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"contains '{Text}'";
}

/// <summary>The text ends with the other, by code point.</summary>
public sealed record EndsWithTest : TextTest
{
    private readonly byte[] _utf8;

    public EndsWithTest(string text)
    {
        Text = text;
        _utf8 = Encoding.UTF8.GetBytes(text);
    }

    public string Text { get; }

    public override bool Matches(ReadOnlySpan<byte> utf8) => utf8.EndsWith(_utf8);

    public bool Equals(EndsWithTest? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"ends with '{Text}'";
}

/// <summary>The words that are searched for are in the text.</summary>
public sealed record SearchTest(TextSearch Search) : TextTest
{
    public override bool Matches(ReadOnlySpan<byte> utf8) => Search.Matches(utf8);

    public override string ToString() => $"matches '{Search.Query}'";
}
