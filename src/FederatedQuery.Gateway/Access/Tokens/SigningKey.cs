using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace FederatedQuery.Gateway.Access.Tokens;

/// <summary>
/// A public key of the issuer's (RFC 7517), for the one algorithm that fits its kind: RS256 for RSA, ES256 for P-256. What a token says of its algorithm chooses nothing; it must
/// say the same.
/// </summary>
internal sealed class SigningKey
{
    private const int LeastBits = 2048;
    private const int MostBits = 16_384;

    private readonly RSAParameters _rsa;
    private readonly ECParameters _curve;

    private SigningKey(string? id, RSAParameters rsa) => (Id, Algorithm, _rsa) = (id, "RS256", rsa);

    private SigningKey(string? id, ECParameters curve) => (Id, Algorithm, _curve) = (id, "ES256", curve);

    public string? Id { get; }

    public string Algorithm { get; }

    /// <returns>Null: it is for something else, or of a kind or size that is not taken.</returns>
    public static SigningKey? Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || Text(key, "use") is not (null or "sig") || !IsForVerifying(key))
        {
            return null;
        }

        var id = Text(key, "kid");
        return (Text(key, "kty"), Text(key, "alg")) switch
        {
            ("RSA", null or "RS256") when Bytes(key, "n") is { } n && Bytes(key, "e") is { Length: > 0 and <= 8 } e && Bits(n) is >= LeastBits and <= MostBits =>
                new SigningKey(id, new RSAParameters { Modulus = n, Exponent = e }),
            ("EC", null or "ES256") when Text(key, "crv") == "P-256" && Bytes(key, "x") is { Length: 32 } x && Bytes(key, "y") is { Length: 32 } y =>
                new SigningKey(id, new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }),
            _ => null,
        };
    }

    public bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        try
        {
            if (Algorithm == "RS256")
            {
                using var rsa = RSA.Create(_rsa);
                return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }

            using var curve = ECDsa.Create(_curve);
            return curve.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // A key that is none, such as a point beside the curve, verifies nothing.
            return false;
        }
    }

    private static bool IsForVerifying(JsonElement key) => !key.TryGetProperty("key_ops", out var operations)
        || (operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(operation => operation.ValueKind == JsonValueKind.String && operation.ValueEquals("verify")));

    private static int Bits(byte[] number)
    {
        var first = Array.FindIndex(number, digit => digit != 0);
        return first < 0 ? 0 : ((number.Length - first) * 8) - (System.Numerics.BitOperations.LeadingZeroCount(number[first]) - 24);
    }

    private static byte[]? Bytes(JsonElement key, string name) => Text(key, name) is { } text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
