using LossKit.LightGbm;

namespace CostSensitiveBoosting;

/// <summary>A way to train.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Color">The colour of its name.</param>
/// <param name="Train">Trains on some patients, with others to stop by.</param>
internal sealed record Method(string Name, string Color, Func<Patients, Patients, LightGbmBooster> Train);
