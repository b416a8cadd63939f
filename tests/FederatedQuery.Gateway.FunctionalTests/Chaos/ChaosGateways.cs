using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Chaos;

/// <summary>Several gateways on the same two tiers, one of which dies, stops or stands still every few seconds and comes again.</summary>
internal sealed class ChaosGateways : IAsyncDisposable
{
    /// <summary>Longer than the lease of a job, so that another takes over what a gateway that stood still believes to be its own.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<TemporaryFolder> _folders = [];
    private readonly List<GatewayProcess> _gateways = [];
    private readonly bool[] _isUp;

    public ChaosGateways(int count, IReadOnlyDictionary<string, string> settings)
    {
        _isUp = new bool[count];
        for (var i = 0; i < count; i++)
        {
            _folders.Add(new TemporaryFolder());
            _gateways.Add(new GatewayProcess(_folders[i].FullPath, settings));
        }
    }

    public int Kills { get; private set; }

    public int Stops { get; private set; }

    public int Pauses { get; private set; }

    public GatewayProcess this[int index] => _gateways[index];

    public async Task StartAllAsync()
    {
        foreach (var (i, gateway) in _gateways.Index())
        {
            if (!_isUp[i])
            {
                await gateway.StartAsync();
                _isUp[i] = true;
            }
        }
    }

    /// <summary>Until told to stop; at least one gateway is up all the time.</summary>
    public async Task DisturbAsync(int seed, bool pauses, CancellationToken stop)
    {
        var random = new Random(seed);
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 5_000)), CancellationToken.None);
            var i = random.Next(_gateways.Count);
            _isUp[i] = false;
            switch (random.Next(8))
            {
                case 0 when pauses:
                    Pauses++;
                    _gateways[i].Pause();
                    await Task.Delay(random.Next(2) == 0 ? LongPause : TimeSpan.FromSeconds(3), CancellationToken.None);
                    _gateways[i].Resume();
                    break;

                case 1:
                    Stops++;
                    await _gateways[i].StopAsync();
                    await _gateways[i].StartAsync();
                    break;

                default:
                    Kills++;
                    await _gateways[i].KillAsync();
                    await Task.Delay(random.Next(0, 1_500), CancellationToken.None);
                    await _gateways[i].StartAsync();
                    break;
            }

            _isUp[i] = true;
        }
    }

    /// <summary>Asks a gateway that seems to be up.</summary>
    /// <returns>The response; null when the gateway died, or stood still, meanwhile.</returns>
    public async Task<JsonElement?> TryAskAsync(Random random, string document, object? variables = null)
    {
        var up = Enumerable.Range(0, _gateways.Count).Where(i => Volatile.Read(ref _isUp[i])).ToList();
        if (up.Count == 0)
        {
            return null;
        }

        var chosen = up[random.Next(up.Count)];
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var response = await _gateways[chosen].Client.PostAsJsonAsync("/graphql", new { query = document, variables }, patience.Token);
            return await response.Content.ReadFromJsonAsync<JsonElement>(patience.Token);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or JsonException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        _folders.ForEach(folder => folder.Dispose());
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Kills} killed, {Stops} stopped, {Pauses} stood still");
}
