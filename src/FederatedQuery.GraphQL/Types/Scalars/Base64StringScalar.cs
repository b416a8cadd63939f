using System.Diagnostics.CodeAnalysis;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>Bytes, base64 with padding.</summary>
public sealed class Base64StringScalar : TextScalar<byte[]>
{
    private Base64StringScalar()
        : base("Base64String", "bytes in base64 such as \"aGVsbG8=\"")
    {
    }

    public static Base64StringScalar Instance { get; } = new() { Description = "Bytes in base64." };

    public override bool TryWrite(Utf8JsonBuffer output, byte[] value)
    {
        output.WriteString(Convert.ToBase64String(value));
        return true;
    }

    protected override bool TryParseText(string text, [MaybeNullWhen(false)] out byte[] value)
    {
        value = new byte[text.Length * 3 / 4 + 3];
        if (!Convert.TryFromBase64String(text, value, out var written))
        {
            value = null;
            return false;
        }

        Array.Resize(ref value, written);
        return true;
    }
}
