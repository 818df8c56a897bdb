// The hub that `main.rs` talks to, on the path /plant of any ASP.NET Core application:
// builder.Services.AddSignalR(); app.MapHub<PlantHub>("/plant");

using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;

public enum Level { Low, Normal, High }

public record Reading(string Sensor, double Celsius, Level Level, DateTimeOffset MeasuredAt);

public interface IPlantClient
{
    Task ReadingTaken(Reading reading);
    Task<bool> ConfirmShutDown(string reason);
}

public class PlantHub : Hub<IPlantClient>
{
    static readonly Dictionary<string, Reading> last = new()
    {
        ["boiler"] = new("boiler", 81.5, Level.High, DateTimeOffset.UtcNow),
    };

    public string[] GetSensors() => last.Keys.ToArray();

    public Task<Reading?> GetLastReadingAsync(string sensor) =>
        Task.FromResult(last.GetValueOrDefault(sensor));

    public async IAsyncEnumerable<Reading> Watch(
        string sensor, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var n = 0; n < 3; n++)
        {
            yield return last[sensor] with { Celsius = 81.5 + n };
            await Task.Delay(100, stop);
        }
    }

    public async Task<int> Import(IAsyncEnumerable<Reading> readings)
    {
        var count = 0;
        await foreach (var reading in readings)
        {
            last[reading.Sensor] = reading;
            await Clients.Caller.ReadingTaken(reading);
            count++;
        }
        return count;
    }

    [HubMethodName("shut-down")]
    public async Task<bool> ShutDown(string reason) =>
        await Clients.Caller.ConfirmShutDown(reason);
}
