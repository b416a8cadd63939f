using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Scans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Hot.Tests;

public class HotServiceCollectionExtensionsTests
{
    [Fact]
    public async Task AddHot_NoHost_StartsTheEmbeddedServerAndStopsIt()
    {
        var folder = Directory.CreateTempSubdirectory("fqhot-");
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.GroupRead | UnixFileMode.OtherExecute | UnixFileMode.OtherRead;
        }

        var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddHot(options => options.DataDirectory = folder.FullName);
        await using (var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }))
        {
            foreach (var service in provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            {
                await service.StartingAsync(CancellationToken.None);
            }

            var job = await provider.GetRequiredService<JobStore>().AddAsync("archive", null, null, CancellationToken.None);
            Assert.Equal(job.Id, Assert.Single(await provider.GetRequiredService<JobStore>().ListAsync(10, CancellationToken.None)).Id);
            Assert.Empty(await provider.GetRequiredService<PostgresIntrospector>().ListAsync(null, CancellationToken.None));
            await using var command = provider.GetRequiredService<PostgresConnections>().Query.CreateCommand("SELECT current_user::text");
            Assert.Equal("federatedquery_query", await command.ExecuteScalarAsync());
            Assert.NotNull(provider.GetRequiredService<HotScanFunction>());
            Assert.NotNull(provider.GetRequiredService<DayPartitions>());
        }

        Assert.False(File.Exists(Path.Combine(folder.FullName, "postgres", "postmaster.pid")));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void AddHot_WrongSettings_AreReportedTogether()
    {
        using var provider = new ServiceCollection()
            .AddHot(options => (options.Port, options.PoolSize) = (0, 0))
            .BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<PostgresOptions>>().Value);

        Assert.Equal(2, error.Failures.Count());
    }
}
