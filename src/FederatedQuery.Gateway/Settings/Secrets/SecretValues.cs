using System.Globalization;
using System.Text.Json;

namespace FederatedQuery.Gateway.Settings.Secrets;

/// <summary>
/// What a secret says of settings: a JSON object with POSTGRES_* and settings that are secrets themselves, by their names (any case, dashes), or as RDS writes secrets (<c>username</c>,
/// <c>password</c>, <c>host</c>, <c>port</c>, <c>dbname</c>). Other names are passed over, for a secret may serve others too; but settings that must not come from one are not.
/// </summary>
internal static class SecretValues
{
    /// <summary>In small letters, as RDS has them: <c>port</c> is PostgreSQL's, PORT would be the gateway's.</summary>
    private static readonly Dictionary<string, string> RdsNames = new(StringComparer.Ordinal)
    {
        ["username"] = "POSTGRES_USER",
        ["password"] = "POSTGRES_PASSWORD",
        ["host"] = "POSTGRES_HOST",
        ["port"] = "POSTGRES_PORT",
        ["dbname"] = "POSTGRES_DATABASE",
    };

    /// <summary>Whether a secret may give the setting: where PostgreSQL is and who logs in there, and what is masked wherever settings are shown.</summary>
    public static bool MayGive(string name) => name.StartsWith("POSTGRES_", StringComparison.Ordinal) || SettingNames.IsSecret(name);

    /// <param name="secret">AWS_SECRET_NAME, for messages.</param>
    /// <param name="text">What it holds.</param>
    /// <exception cref="FormatException">It is no such object. The message has names and no value.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string secret, string text)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException error)
        {
            // Its message may quote the text.
            throw Wrong(secret, error.LineNumber is { } line
                ? string.Create(CultureInfo.InvariantCulture, $"is not JSON (line {line + 1}, byte {error.BytePositionInLine + 1})")
                : "is not JSON with every name once");
        }

        using (document)
        {
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(secret, document.RootElement)
                : throw Wrong(secret, "is no JSON object that maps names of settings to values");
        }
    }

    private static Dictionary<string, string?> Read(string secret, JsonElement members)
    {
        var found = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var ofRds = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in members.EnumerateObject())
        {
            var isRds = RdsNames.TryGetValue(member.Name, out var rdsName);
            var name = rdsName ?? SettingNames.Normalize(member.Name);
            if (!SettingNames.IsKnown(name) || member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (!MayGive(name))
            {
                throw Wrong(secret, $"has {name}, which no secret gives; it may have POSTGRES_* and settings that are secrets, and others belong into the environment");
            }

            if (member.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
            {
                throw Wrong(secret, $"has {member.Name}, which must be a text or a number");
            }

            if (!(isRds ? ofRds : found).TryAdd(name, member.Value.ToString()))
            {
                throw Wrong(secret, $"has {name} twice");
            }
        }

        // A setting's own name says more clearly what is meant.
        foreach (var (name, value) in ofRds)
        {
            found.TryAdd(name, value);
        }

        return found;
    }

    private static FormatException Wrong(string secret, string what) => new($"The secret '{secret}' ({SettingsSources.Secret}) {what}.");
}
