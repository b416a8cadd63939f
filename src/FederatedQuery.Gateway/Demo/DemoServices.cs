namespace FederatedQuery.Gateway.Demo;

internal static class DemoServices
{
    public static IServiceCollection AddDemo(this IServiceCollection services)
    {
        services.AddSingleton<FlightsPackage>();
        services.AddSingleton<DemoTables>();
        services.AddHostedService<DemoService>();
        return services;
    }
}
