using System.Diagnostics.Metrics;
using FederatedQuery.Gateway.Hosting.Tenants;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace FederatedQuery.Gateway.Tests.Hosting;

public sealed class TenantMetersTests
{
    private const string Name = "FederatedQuery.Gateway.Tests.TenantMeters";

    [Fact]
    public void Create_ForTwoTenants_GivesMetersThatAreExportedApart()
    {
        using var acme = new TenantMeters("acme");
        using var beta = new TenantMeters("beta");
        var exported = new List<string>();
        using var reader = new BaseExportingMetricReader(new Exporter(exported));
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(Name).AddReader(reader).Build();

        acme.Create(new MeterOptions(Name)).CreateCounter<long>("rows").Add(1);
        beta.Create(new MeterOptions(Name)).CreateCounter<long>("rows").Add(10);
        reader.Collect();

        Assert.Equal(["acme rows 1", "beta rows 10"], exported.Order());
        Assert.Same(acme.Create(new MeterOptions(Name)), acme.Create(new MeterOptions(Name)));
        Assert.Same(acme, acme.Create(new MeterOptions(Name)).Scope);
    }

    private sealed class Exporter(List<string> exported) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    exported.Add($"{metric.MeterTags!.Single().Value} {metric.Name} {point.GetSumLong()}");
                }
            }

            return ExportResult.Success;
        }
    }
}
