namespace LossKit.FSharp.Tests

open System.Runtime.CompilerServices
open LossKit
open LossKit.Formulas
open LossKit.FSharp

/// One of all operations, each of which is one in a formula.
[<Struct; IsReadOnly>]
type Operations(number: int) =
    interface IPointwiseFormula with
        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member _.Loss(prediction: 'TLane, target: 'TLane) =
            let x, t = Lane prediction, Lane target
            let three = Parameter 3.0

            let result: Lane<'TLane> =
                match number with
                | 0 -> x + 2.0
                | 1 -> 2.0 + x
                | 2 -> x + three
                | 3 -> three + x
                | 4 -> x - 2.0
                | 5 -> 2.0 - x
                | 6 -> x - three
                | 7 -> three - x
                | 8 -> x * 2.0
                | 9 -> 2.0 * x
                | 10 -> x * three
                | 11 -> three * x
                | 12 -> x / 2.0
                | 13 -> 2.0 / x
                | 14 -> x / three
                | 15 -> three / x
                | 16 -> x + t
                | 17 -> x - t
                | 18 -> x * t
                | 19 -> x / t
                | 20 -> -x
                | 21 -> Lane.SelectGreater(x, t, x, 2.0)
                | 22 -> Lane.Weigh(t, x)
                | 23 -> Lane.Min(x, t)
                | 24 -> Lane.Max(x, t)
                | 25 -> Lane.SharedMin(x, t)
                | 26 -> Lane.SharedMax(x, t)
                | 27 -> Lane.Clamp(x, -0.5, 0.5)
                | 28 -> Lane.Pow(abs x, three)
                | 29 -> Lane.FloorCurvature(x, three)
                | 30 -> Lane.StopGradient x
                | 31 -> Lane.Square x
                | 32 -> abs x
                | 33 -> Lane.PositivePart x
                | 34 -> sqrt (abs x)
                | 35 -> exp x
                | 36 -> Lane.Expm1 x
                | 37 -> Lane.Expm1Excess x
                | 38 -> log (abs x)
                | 39 -> Lane.Log1p(abs x)
                | 40 -> Lane.Log1pDeficit(abs x)
                | 41 -> Lane.Softplus x
                | 42 -> Lane.Sigmoid x
                | 43 -> Lane.SinPi x
                | 44 -> tanh x
                | 45 -> Lane.LogCosh x
                | _ -> x + Lane.SmallestNormal

            result.Value

/// It reads a target that it does not say it has.
[<Struct; IsReadOnly>]
type TooMany =
    interface IPlainTupleFormula with
        static member Predictions = 1
        static member Targets = 1

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member _.Loss(x: 'TExample) : 'TLane = x.Target 1
