using System.Globalization;
using System.Net;

namespace FederatedQuery.Gateway.Settings;

/// <summary>Settings as what they must be: numbers, addresses, one of some words. A wrong one is noted, and its default goes in its place. An empty value is an absent one.</summary>
internal sealed class CheckedValues(SettingValues values)
{
    private readonly List<string> _errors = [];
    private readonly Dictionary<string, string?> _defaults = [];

    /// <summary>What was wrong so far, a line for each: name, value (never a secret's), what would be right.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>What each setting that was asked for is where nothing is given; null where there is no default.</summary>
    public IReadOnlyDictionary<string, string?> Defaults => _defaults;

    /// <summary>Notes what is wrong with more than one value.</summary>
    public void Error(string message) => _errors.Add(message);

    /// <param name="name">The setting.</param>
    /// <param name="value">What it is; no secret.</param>
    /// <param name="right">What it must be, to follow upon those words.</param>
    public void Wrong(string name, string value, string right) => _errors.Add($"{name} is '{value}'; it must be {right}.");

    public string? Text(string name) => Text(name, null);

    /// <param name="name">The setting.</param>
    /// <param name="fallback">What it is where it is absent.</param>
    /// <returns>Null where it is absent.</returns>
    public string? Text(string name, string? fallback)
    {
        if (fallback is not null || !_defaults.ContainsKey(name))
        {
            _defaults[name] = fallback;
        }

        return values.Text(name);
    }

    /// <returns>Empty where it is absent, which is wrong with POSTGRES_HOST.</returns>
    public string Required(string name, string meaning)
    {
        if (Text(name) is { } value)
        {
            return value;
        }

        _errors.Add($"{name} is not set; with POSTGRES_HOST it must name {meaning}.");
        return "";
    }

    public int Integer(string name, int fallback, int least, int most) => (int)Integer(name, (long)fallback, least, most);

    public long Integer(string name, long fallback, long least, long most)
    {
        if (Text(name, fallback.ToString(CultureInfo.InvariantCulture)) is not { } text)
        {
            return fallback;
        }

        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        Wrong(name, text, $"a whole number from {least} to {most}");
        return fallback;
    }

    public bool Boolean(string name, bool fallback)
    {
        switch (Text(name, fallback ? "true" : "false")?.ToLowerInvariant())
        {
            case null:
                return fallback;
            case "true" or "1" or "yes":
                return true;
            case "false" or "0" or "no":
                return false;
            case var text:
                Wrong(name, text, "true or false");
                return fallback;
        }
    }

    public string OneOf(string name, string fallback, IReadOnlyList<string> allowed)
    {
        var value = Text(name, fallback)?.ToLowerInvariant() ?? fallback;
        if (!allowed.Contains(value))
        {
            Wrong(name, value, allowed.Count == 1 ? $"{allowed[0]} in this version" : $"one of {string.Join(", ", allowed)}");
        }

        return value;
    }

    public IPAddress Address(string name, IPAddress fallback)
    {
        var text = Text(name, fallback.ToString());
        if (text is null)
        {
            return fallback;
        }

        if (text == "localhost")
        {
            return IPAddress.Loopback;
        }

        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }

        Wrong(name, text, "an IP address such as 127.0.0.1, or localhost");
        return fallback;
    }

    /// <returns>Null where it is absent or wrong.</returns>
    public Uri? HttpAddress(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        Wrong(name, text, "an address such as https://s3.example.com:9000");
        return null;
    }

    /// <summary>What stands between commas.</summary>
    public string[] Items(string name) => Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
