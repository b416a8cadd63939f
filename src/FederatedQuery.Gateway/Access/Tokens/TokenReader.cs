using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using FederatedQuery.Federation.Budgets;

namespace FederatedQuery.Gateway.Access.Tokens;

/// <summary>Reads and verifies tokens (RFC 7519, and the advice of RFC 8725): only RS256 and ES256, only the issuer's keys, only for this audience and time.</summary>
internal sealed class TokenReader(TokenOptions options, TimeProvider time)
{
    private const int MaximumLength = 16 * 1024;
    private const int MaximumSubject = 256;

    /// <summary>A member that is there twice means one thing to one reader and another to the next.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The parts of a token, unverified.</summary>
    /// <exception cref="BadTokenException">It is none, or of a kind that is not taken.</exception>
    public static Token Parse(string text)
    {
        if (text.Length > MaximumLength)
        {
            throw new BadTokenException($"The token has {text.Length} characters; {MaximumLength} are the most.");
        }

        var parts = text.Split('.');
        if (parts.Length != 3 || !parts.All(part => part.Length > 0 && !part.Contains('=', StringComparison.Ordinal) && Base64Url.IsValid(part)))
        {
            throw new BadTokenException("The token is not of the form header.claims.signature, each in base64url.");
        }

        var header = Object(parts[0], "header");
        var algorithm = Text(header, "alg") ?? throw new BadTokenException("The token's header has no 'alg'.");
        if (algorithm is not ("RS256" or "ES256"))
        {
            throw new BadTokenException("The token's algorithm is not taken; it must be RS256 or ES256.");
        }

        if (header.TryGetProperty("crit", out _))
        {
            throw new BadTokenException("The token's header has 'crit', whose extensions are not known here.");
        }

        if (header.TryGetProperty("typ", out _) && Text(header, "typ")?.ToLowerInvariant() is not ("jwt" or "at+jwt" or "application/at+jwt"))
        {
            throw new BadTokenException("The token's type is not taken; it must be JWT or at+jwt.");
        }

        return new Token(algorithm, Text(header, "kid"), Object(parts[1], "claims"), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));
    }

    /// <returns>Who holds the token.</returns>
    /// <exception cref="BadTokenException">It is not to be believed.</exception>
    public Caller Verify(Token token, IssuerDocument issuer)
    {
        // A token without the name of a key may be of any; the issuer has few.
        if (!issuer.Keys.Any(key => token.IsSignedWith(key) && key.Verifies(token.Signed, token.Signature)))
        {
            throw new BadTokenException("The token's signature is not by a key of the issuer.");
        }

        var claims = token.Claims;
        if (Text(claims, "iss") != issuer.Issuer)
        {
            throw new BadTokenException($"The token is of another issuer; it must be of '{issuer.Issuer}'.");
        }

        if (!Audiences(claims).Contains(options.Audience))
        {
            throw new BadTokenException($"The token is for another audience; '{options.Audience}' must be among its 'aud'.");
        }

        var now = time.GetUtcNow();
        var expires = Instant(claims, "exp") ?? throw new BadTokenException("The token has no 'exp': it must say when it expires.");
        if (now >= expires + options.ClockSkew)
        {
            throw new BadTokenException("The token has expired.");
        }

        if (Instant(claims, "nbf") > now + options.ClockSkew || Instant(claims, "iat") > now + options.ClockSkew)
        {
            throw new BadTokenException("The token is not good yet: its 'nbf' or 'iat' is in the future.");
        }

        var subject = Text(claims, "sub");
        return string.IsNullOrEmpty(subject) || subject.Length > MaximumSubject
            ? throw new BadTokenException($"The token must have a 'sub' of 1 to {MaximumSubject} characters.")
            : new Caller(subject)
            {
                Roles = Roles(claims),
                Tenant = TenantOf(token, options),
                Expires = expires + options.ClockSkew,
            };
    }

    /// <summary>The tenant that a token names, verified or not; null: none.</summary>
    /// <exception cref="BadTokenException">Its name is no Unicode.</exception>
    public static string? TenantOf(Token token, TokenOptions options) =>
        Find(token.Claims, options.TenantClaim) is { ValueKind: JsonValueKind.String } tenant && String(tenant) is { Length: > 0 } name ? name : null;

    /// <summary>Names that are no role's are others' business.</summary>
    private Roles Roles(JsonElement claims)
    {
        IEnumerable<string> names = Find(claims, options.RolesClaim) switch
        {
            { ValueKind: JsonValueKind.String } text => String(text).Split([' ', ','], StringSplitOptions.RemoveEmptyEntries),
            { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(String),
            _ => [],
        };
        return names.Aggregate(Federation.Budgets.Roles.None, (roles, name) => roles | RoleNames.Of(name));
    }

    private static JsonElement? Find(JsonElement claims, string name)
    {
        if (claims.TryGetProperty(name, out var found))
        {
            return found;
        }

        var at = claims;
        foreach (var step in name.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
            {
                return null;
            }
        }

        return at;
    }

    private static IEnumerable<string> Audiences(JsonElement claims) => !claims.TryGetProperty("aud", out var audience) ? []
        : audience.ValueKind == JsonValueKind.String ? [String(audience)]
        : audience.ValueKind == JsonValueKind.Array ? audience.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(String)
        : [];

    /// <summary>Seconds since 1970, fractions allowed.</summary>
    private static DateTimeOffset? Instant(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 253_402_300_000
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : throw new BadTokenException($"The token's '{name}' is no time in seconds since 1970.");
    }

    private static JsonElement Object(string part, string what)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new BadTokenException($"The token's {what} is no JSON object.");
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new BadTokenException($"The token's {what} is no JSON object in which each name is there once.", broken);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? String(value) : null;

    private static string String(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException broken)
        {
            throw new BadTokenException("The token holds text that is not Unicode.", broken);
        }
    }
}

/// <summary>The parts of a token; nothing of them is to be believed before the signature has been verified.</summary>
/// <param name="Algorithm">RS256 or ES256.</param>
/// <param name="KeyId">Null: any key of the issuer's for the algorithm.</param>
/// <param name="Signed">The bytes that the signature is of.</param>
internal sealed record Token(string Algorithm, string? KeyId, JsonElement Claims, byte[] Signed, byte[] Signature)
{
    /// <summary>Whether it says that it is signed with that key.</summary>
    public bool IsSignedWith(SigningKey key) => key.Algorithm == Algorithm && (KeyId is null || KeyId == key.Id);
}

/// <summary>The token is not to be believed; the message says why, without anything of the token but what is no secret.</summary>
internal sealed class BadTokenException(string message, Exception? innerException = null) : Exception(message, innerException);
