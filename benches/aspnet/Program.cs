// The bench hub on ASP.NET Core, default options: `dotnet Bench.dll --urls http://127.0.0.1:PORT`
using Microsoft.AspNetCore.SignalR;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddSignalR();
var app = builder.Build();
app.MapHub<BenchHub>("/bench");
app.Run();

public class BenchHub : Hub
{
    public string Echo(string text) => text;

    public Task Broadcast(string text) => Clients.All.SendAsync("Receive", text);

    public async IAsyncEnumerable<int> Counter(int n)
    {
        for (var i = 0; i < n; i++) yield return i;
        await Task.CompletedTask;
    }

    public async Task<int> Upload(IAsyncEnumerable<int> items)
    {
        var count = 0;
        await foreach (var _ in items) count++;
        return count;
    }
}
