namespace FederatedQuery.Gateway.Settings;

/// <summary>One source of settings.</summary>
/// <param name="Origin">What it is called where origins are told: <c>environment</c>, or the path of a file.</param>
/// <param name="Values">By name, whatever its case. An empty value is given all the same: it takes away what later sources say.</param>
internal sealed record SettingLayer(string Origin, IReadOnlyDictionary<string, string?> Values);

/// <summary>The text of a setting, and where it came from.</summary>
/// <param name="Text">Trimmed; empty where a source took the value away.</param>
/// <param name="Origin">See <see cref="SettingLayer.Origin"/>.</param>
internal sealed record SettingValue(string Text, string Origin);

/// <summary>All sources of settings, one above the other. Immutable.</summary>
/// <param name="layers">The first that has a setting counts.</param>
internal sealed class SettingValues(IReadOnlyList<SettingLayer> layers)
{
    /// <summary>The same below others, which count before them.</summary>
    public SettingValues Below(params IReadOnlyList<SettingLayer> above) => new([.. above, .. layers]);

    /// <returns>Null where no source gives the setting.</returns>
    public SettingValue? Find(string name)
    {
        foreach (var layer in layers)
        {
            if (layer.Values.TryGetValue(name, out var value))
            {
                return new SettingValue(value?.Trim() ?? "", layer.Origin);
            }
        }

        return null;
    }

    /// <returns>Null where the setting is absent, or empty.</returns>
    public string? Text(string name) => Find(name) is { Text.Length: > 0 } found ? found.Text : null;
}
